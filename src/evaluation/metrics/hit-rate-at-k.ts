/** 1 when at least one relevant item is among the first K: the mean is the share of users with a hit. */
import { countHits } from './recall-at-k.js';

export function hitRateAtK(hits: Uint8Array, k: number, _numRelevant = 0, start = 0): number {
  return countHits(hits, k, start) > 0 ? 1 : 0;
}
