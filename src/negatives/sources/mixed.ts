/**
 * Mixed negative sampling (Yang et al. 2020, WWW companion, "Mixed negative sampling for learning two-tower neural
 * networks in recommendations"): the batch's positives plus an index batch of ratio · batchSize uniform items. One name
 * for two sources; logQ is that of the mixture.
 */
import { z } from 'zod';
import { scheduleShape } from '../source-options.js';

export const mixedSchema = z.strictObject({
  name: z.literal('mixed'),
  ratio: z
    .number()
    .positive()
    .max(1000)
    .default(1)
    .describe(
      'uniform items per batch item. Too few: items that are seldom positives go unrefuted; too many: cost, and mostly trivial negatives',
    ),
  ...scheduleShape,
});
