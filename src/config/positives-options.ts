/** The options of `positives`: which interactions a step gets, and how much each counts; see `objective/positives.ts`. */
import { z } from 'zod';

export const positivesSchema = z.strictObject({
  messages: z
    .enum(['whole', 'without-batch'])
    .default('whole')
    .describe(
      'what the main pass hears. without-batch: not the edges that are the step’s positives, so that no user is made of the item ' +
        'it is asked for; for rows history, whose users are nothing but their items',
    ),
  messageDropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe(
      'share of edges that the main pass does not hear, others at each step; what stays is scaled up. Of rows history: users are ' +
        'made of parts of their history. Too large: of users with few items nothing is left',
    ),
  downSampling: z
    .enum(['none', 'word2vec', 'plain'])
    .default('none')
    .describe(
      'thins the positives of hot items, drawn anew each epoch. word2vec: kept with probability √(threshold / share of all ' +
        'clicks). plain: at most cap an epoch on average',
    ),
  threshold: z
    .number()
    .positive()
    .max(1)
    .default(0.001)
    .describe(
      'of word2vec: share of all clicks from which an item is thinned. Too small: the head is gone; too large: no effect',
    ),
  cap: z.number().int().min(1).default(1000).describe('of plain: most positives of an item an epoch'),
  coldRepeats: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'items with fewer interactions are repeated to reach as many, at most 10 times; 0 repeats none. Too large: they are ' +
        'memorised',
    ),
  userBalance: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'users in proportion to their interactions to the power of 1 − this: 0 takes interactions as they come, 1 every user ' +
        'alike (BPR’s and LightGCN’s own sampling). An epoch stays as long. Too large: the many interactions of busy users are ' +
        'hardly seen',
    ),
  weights: z
    .enum(['none', 'edge'])
    .default('none')
    .describe('edge: a positive counts in the main loss by its edge’s weight (data.useWeights, or repeats)'),
  exposedWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'adds what was shown and not taken as positives of this weight; 0 leaves them out. Practice gave it up; try it to see why',
    ),
});
export type PositivesOptions = z.infer<typeof positivesSchema>;
