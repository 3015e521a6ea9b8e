/**
 * Normalised discounted cumulative gain with binary gains (Järvelin & Kekäläinen 2002): Σ 1/log2(position + 1) over the
 * hits among the first K, divided by what a list with all min(relevant, K) hits in front would have.
 */
export function ndcgAtK(hits: Uint8Array, k: number, numRelevant: number): number {
  let gain = 0;
  let ideal = 0;
  for (let at = 0; at < k; at++) {
    const discount = 1 / Math.log2(at + 2);
    if (hits[at]) gain += discount;
    if (at < numRelevant) ideal += discount;
  }
  return gain / ideal;
}
