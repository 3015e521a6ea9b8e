/** Options that every negative source has: how many, and during which part of training. */
import { z } from 'zod';

const RATIO =
  'without count: under a softmax so many per batchSize (0.01 of a batch of 2048: 20); under a pairwise loss the part of negatives.numNegatives in proportion to the other ratios';

export const amountShape = {
  count: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'exactly so many: a batch for shared sources under a softmax, a query for all others. Too few teach nothing new; too many cost a pass each and, of hard ones, drown the easy ones',
    ),
  ratio: z.number().positive().max(1000).default(1).describe(RATIO),
};

/** Of sources whose negatives are hard: one hard in a hundred unless more are asked for. */
const hardAmountShape = { ...amountShape, ratio: amountShape.ratio.unwrap().default(0.01).describe(RATIO) };

export const scheduleShape = {
  fromStep: z.number().int().min(0).default(0).describe('first step at which the source is drawn, less one'),
  untilStep: z.number().int().min(1).optional().describe('last step at which the source is drawn'),
  afterStall: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('drawn only once so many validations in a row brought no improvement; stays on from there'),
};

export const commonShape = { ...amountShape, ...scheduleShape };
export const hardShape = { ...hardAmountShape, ...scheduleShape };

/** Whether logQ accounts for a source that is drawn with known probability. */
export const correctedOption = (fallback: boolean, where = '') =>
  z
    .boolean()
    .default(fallback)
    .describe(
      `${where && `${where}. `}true: logQ takes this source into the mixture, so the loss still estimates the softmax over the catalogue. false: its items weigh as if the other sources had drawn them, which shifts the loss on purpose`,
    );
