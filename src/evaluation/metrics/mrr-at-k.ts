/** One over the position of the first relevant item, 0 when none is among the first K. */
export function mrrAtK(hits: Uint8Array, k: number, _numRelevant = 0, start = 0): number {
  for (let at = 0; at < k; at++) if (hits[start + at]) return 1 / (at + 1);
  return 0;
}
