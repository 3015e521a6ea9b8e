/** The configuration section `negatives`: which sources a step draws from, and what happens to those that are none. */
import { z } from 'zod';
import { frequencySchema } from './item-frequency.js';
import { NEGATIVE_SOURCES, negativeSourceSchemaOf } from './registry.js';

/** The section over some sources; its type is that of the registry's. */
export const negativesSchemaOf = (sources: typeof NEGATIVE_SOURCES) =>
  z.strictObject({
    sources: z
      .array(negativeSourceSchemaOf(sources))
      .min(1)
      .max(16)
      .optional()
      .describe('where negatives come from. Left out: in-batch under a softmax, uniform under a pairwise loss'),
    numNegatives: z
      .number()
      .int()
      .min(1)
      .max(1024)
      .default(1)
      .describe(
        'negatives a positive under a pairwise loss, shared out by the sources’ ratios. Under a softmax the sources’ own count or ' +
          'ratio says how many',
      ),
    accidentalHits: z
      .enum(['remove', 'keep'])
      .default('remove')
      .describe('further copies of the row’s own positive among the shared candidates; keep: they count as negatives'),
    falseNegatives: z
      .enum(['remove', 'down-weight', 'keep'])
      .default('keep')
      .describe(
        'candidates that the row’s user has in train. remove: they do not count; helps where users have many items, costs a ' +
          'look-up a step. down-weight: they count by falseNegativeWeight',
      ),
    falseNegativeWeight: z
      .number()
      .positive()
      .max(1)
      .default(0.1)
      .describe('of down-weight. 1: as keep; near 0: as remove'),
    frequency: frequencySchema
      .prefault({ name: 'exact' })
      .describe(
        'where logQ has the probability of in-batch items from. exact: the training graph. streaming: estimated while training, ' +
          'from the gaps between an item’s occurrences (Yi et al. 2019)',
      ),
  });
export const negativesSchema = negativesSchemaOf(NEGATIVE_SOURCES);
export type NegativesOptions = z.infer<typeof negativesSchema>;
