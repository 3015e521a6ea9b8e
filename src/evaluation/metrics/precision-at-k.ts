/** Share of the first K places that hold a relevant item; places a short list leaves empty count as misses. */
import { countHits } from './recall-at-k.js';

export function precisionAtK(hits: Uint8Array, k: number, _numRelevant = 0, start = 0, wanted = k): number {
  return countHits(hits, k, start) / wanted;
}
