/**
 * Items drawn uniformly from the whole catalogue, with replacement (random negative sampling, RNS): q(i) = 1 / numItems.
 * The plainest source that shows every item to the model, also those that never occur as a positive.
 */
import { z } from 'zod';
import type { Rng } from '../../core/rng.js';
import type { PositiveBatch, SharedSource } from '../negative-source.js';
import { commonShape, correctedOption } from '../source-options.js';

export const uniformSchema = z.strictObject({
  name: z.literal('uniform'),
  ...commonShape,
  corrected: correctedOption(true),
});

export function uniform(numItems: number): SharedSource {
  return {
    kind: 'shared',
    draw(_batch: PositiveBatch, count: number, rng: Rng): Int32Array {
      const ids = new Int32Array(count);
      for (let i = 0; i < count; i++) ids[i] = rng.integer(numItems);
      return ids;
    },
    probability: () => 1 / numItems,
  };
}
