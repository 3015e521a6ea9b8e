/** The options of `positives`: which interactions a step gets, and how much each counts; see `objective/positives.ts`. */
import { z } from 'zod';

export const positivesSchema = z.strictObject({
  downSampling: z.enum(['none', 'word2vec', 'plain']).default('none'),
  /** `word2vec`: share of all clicks from which an item is thinned. Too small: the head is gone; too large: no effect. */
  threshold: z.number().positive().max(1).default(0.001),
  /** `plain`: most positives of an item an epoch. */
  cap: z.number().int().min(1).default(1000),
  /** Items with fewer clicks are repeated to reach as many, at most 10 times; 0 repeats none. Too large: memorised. */
  coldRepeats: z.number().int().min(0).default(0),
  /** 0: every interaction alike. 1: every user alike. Too large: the many interactions of busy users are hardly seen. */
  userBalance: z.number().min(0).max(1).default(0),
  /** `edge`: a positive counts by its edge's weight (data.useWeights, or repeated interactions). */
  weights: z.enum(['none', 'edge']).default('none'),
  /** Weight of shown but not taken items as positives; 0 leaves them out. */
  exposedWeight: z.number().min(0).max(1).default(0),
});
export type PositivesOptions = z.infer<typeof positivesSchema>;
