/** Share of the user's relevant items that are among the first K. */
export function recallAtK(hits: Uint8Array, k: number, numRelevant: number, start = 0): number {
  return countHits(hits, k, start) / numRelevant;
}

/** Relevant items among the first K of a list. */
export function countHits(hits: Uint8Array, k: number, start: number): number {
  let count = 0;
  for (let at = start; at < start + k; at++) count += hits[at];
  return count;
}
