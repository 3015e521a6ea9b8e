/** The configuration section `negatives`: which sources a step draws from, and what happens to those that are none. */
import { z } from 'zod';
import { frequencySchema } from './item-frequency.js';
import { negativeSourceSchema } from './registry.js';

export const negativesSchema = z.strictObject({
  /** Default: `in-batch` under a softmax, `uniform` under a pairwise loss. */
  sources: z.array(negativeSourceSchema).min(1).max(16).optional(),
  /** Negatives a positive under a pairwise loss, shared out to the sources that give a ratio. */
  numNegatives: z.number().int().min(1).max(1024).default(1),
  /** Further copies of the row's own positive among the shared candidates. */
  accidentalHits: z.enum(['remove', 'keep']).default('remove'),
  /** Candidates that the row's user has in train: `down-weight` multiplies their part of the loss by falseNegativeWeight. */
  falseNegatives: z.enum(['remove', 'down-weight', 'keep']).default('keep'),
  falseNegativeWeight: z.number().positive().max(1).default(0.1),
  /** Where logQ has the probability of in-batch items from. */
  frequency: frequencySchema.prefault({ name: 'exact' }),
});
export type NegativesOptions = z.infer<typeof negativesSchema>;
