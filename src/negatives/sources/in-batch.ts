/**
 * The other positives of the batch. They cost nothing extra to embed, but item i appears with probability
 * degree(i) / numEdges, so popular items are pushed down unless logQ corrects for it (Yi et al. 2019, RecSys).
 */
import { z } from 'zod';
import type { Rng } from '../../core/rng.js';
import type { PositiveBatch, SharedSource } from '../negative-source.js';
import { amountShape, scheduleShape } from '../source-options.js';

export const inBatchSchema = z.strictObject({
  name: z.literal('in-batch'),
  ...amountShape,
  ...scheduleShape,
});

/**
 * Under a softmax the whole batch is compared and nothing is drawn; what `draw` serves is the pairwise losses, which
 * take random positives of the batch.
 *
 * @param probability that a positive of a batch is item i
 */
export function inBatch(probability: (itemIndex: number) => number): SharedSource {
  return {
    kind: 'shared',
    draw: (batch: PositiveBatch, count: number, rng: Rng): Int32Array =>
      Int32Array.from({ length: count }, () => batch.itemIndex[rng.integer(batch.itemIndex.length)]),
    probability,
  };
}
