/**
 * Items drawn uniformly from the whole catalogue, with replacement: the only in-product source that shows every item to
 * the model, also those that never occur as a positive.
 */
import type { Rng } from '../core/rng.js';
import type { NegativeSource, PositiveBatch } from './negative-source.js';

/** @param numDraws items a batch */
export function uniform(numItems: number, numDraws: number): NegativeSource {
  return {
    name: 'uniform',
    count: () => numDraws,
    draw(_batch: PositiveBatch, rng: Rng): Int32Array {
      const ids = new Int32Array(numDraws);
      for (let i = 0; i < numDraws; i++) ids[i] = rng.integer(numItems);
      return ids;
    },
    probability: () => 1 / numItems,
  };
}
