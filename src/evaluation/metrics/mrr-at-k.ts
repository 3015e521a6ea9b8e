/** One over the position of the first relevant item, 0 when none is among the first K. */
export function mrrAtK(hits: Uint8Array, k: number): number {
  const first = hits.indexOf(1);
  return first === -1 || first >= k ? 0 : 1 / (first + 1);
}
