/** Average precision: the precisions at the positions of the hits among the first K, over min(relevant, K). */
export function mapAtK(hits: Uint8Array, k: number, numRelevant: number, start = 0): number {
  let found = 0;
  let sum = 0;
  for (let at = 0; at < k; at++) {
    if (!hits[start + at]) continue;
    found++;
    sum += found / (at + 1);
  }
  return sum / Math.min(numRelevant, k);
}
