/**
 * Cosine contrastive loss of SimpleX (Mao et al. 2021, arXiv 2109.12613, eq. 1):
 *
 *   mean_i [ (1 − cos(user_i, positive_i)) + negativeWeight · mean_s max(0, cos(user_i, negative_is) − margin) ]
 *
 * The margin filters negatives that are far away already; the weight balances one positive against many negatives.
 * SimpleX's history aggregation is not part of it (an encoder's matter).
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { cosineOnly, weightOption } from '../loss-options.js';
import { mainLoss } from '../loss-row.js';
import type { MainLossInput } from './main-loss-input.js';
import { meanOfPositives, negativeScores, sumOfPairs } from './pair-weights.js';

const cosineContrastiveSchema = z.strictObject({
  name: z.literal('cosine-contrastive'),
  weight: weightOption(1),
  similarity: cosineOnly,
  margin: z
    .number()
    .min(-1)
    .max(1)
    .default(0.4)
    .describe(
      'cosine below which a negative no longer counts. Too small: easy negatives drown the hard; too large: none teaches',
    ),
  negativeWeight: z
    .number()
    .min(0)
    .max(10_000)
    .default(100)
    .describe(
      'weight of the mean over the negatives. Too small: everything collapses onto the positives; too large: they are ignored',
    ),
});

/** @throws ShapeError when the input has no own negatives */
export function cosineContrastive(
  input: MainLossInput,
  { margin, negativeWeight }: { readonly margin: number; readonly negativeWeight: number },
): tf.Scalar {
  const positive = meanOfPositives(tf.sub(1, tf.sum(tf.mul(input.users, input.positives), 1)) as tf.Tensor1D, input);
  const excess = tf.relu(tf.sub(negativeScores('cosine-contrastive', input), margin)) as tf.Tensor2D;
  return tf.add(positive, tf.mul(sumOfPairs(excess, input), negativeWeight));
}

export const cosineContrastiveRow = mainLoss({
  schema: cosineContrastiveSchema,
  negatives: 'pairwise',
  compute: cosineContrastive,
  doc: {
    formula: 'mean_i [ 1 − cos(user, positive) + negativeWeight · mean_s max(0, cos(user, negative_s) − margin) ]',
    when: 'Many negatives of each positive (hundreds) at little cost; robust to easy ones, which the margin filters.',
    goesWrong:
      'Needs negatives.numNegatives well above 1, and negativeWeight and margin tuned together; with too little weight all embeddings collapse.',
    source: 'Mao et al. 2021, arXiv 2109.12613',
  },
});
