/** Share of the user's relevant items that are among the first K. */
export function recallAtK(hits: Uint8Array, k: number, numRelevant: number): number {
  return countHits(hits, k) / numRelevant;
}

/** Relevant items among the first K of a list. */
export function countHits(hits: Uint8Array, k: number): number {
  let count = 0;
  for (let at = 0; at < k; at++) count += hits[at];
  return count;
}
