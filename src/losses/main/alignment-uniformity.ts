/**
 * Alignment and uniformity as the loss itself (Wang & Isola 2020, arXiv 2005.10242; DirectAU, Wang et al. 2022,
 * arXiv 2206.12811, eq. 9-10):
 *
 *   mean_i ‖user_i − positive_i‖² + γ/2 · [ U(users) + U(positives) ],   U(x) = log mean_{i≠j} exp(−2 ‖x_i − x_j‖²)
 *
 * on unit vectors, over the rows of the batch, repeats included (as in the authors' code). No negatives: what keeps the
 * embeddings apart is uniformity. On the unit sphere ‖x − y‖² = 2 − 2⟨x, y⟩, so U is a log-sum-exp of cosines. A batch of
 * one has no pairs and no uniformity.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { logPairPotential } from '../../ops/index.js';
import { cosineOnly, weightOption } from '../loss-options.js';
import { mainLoss } from '../loss-row.js';
import type { MainLossInput } from './main-loss-input.js';
import { meanOfPositives } from './pair-weights.js';

/** Scale of the Gaussian potential, as in both papers. */
const GAUSSIAN = 2;

export const alignmentUniformitySchema = z.strictObject({
  name: z.literal('alignment-uniformity'),
  weight: weightOption(1),
  similarity: cosineOnly,
  gamma: z
    .number()
    .min(0)
    .max(1000)
    .default(1)
    .describe('weight of uniformity. Too small: everything collapses into one point; too large: positives drift apart'),
});

export function alignmentUniformityLoss(input: MainLossInput, { gamma }: { readonly gamma: number }): tf.Scalar {
  const { users, positives } = input;
  const alignment = meanOfPositives(tf.sum(tf.square(tf.sub(users, positives)), 1) as tf.Tensor1D, input);
  if (gamma === 0 || users.shape[0] < 2) return alignment;
  const uniformities = tf.add(uniformity(users), uniformity(positives));
  return tf.add(alignment, tf.mul(uniformities, gamma / 2));
}

/** @param x unit rows, `[numRows ≥ 2, dim]` */
export function uniformity(x: tf.Tensor2D): tf.Scalar {
  const numRows = x.shape[0];
  return tf.sub(logPairPotential(x, 1 / (2 * GAUSSIAN)), 2 * GAUSSIAN + Math.log(numRows * (numRows - 1)));
}

export const alignmentUniformityRow = mainLoss({
  schema: alignmentUniformitySchema,
  negatives: 'none',
  compute: alignmentUniformityLoss,
  doc: {
    formula: 'mean ‖user − positive‖² + γ/2 [ U(users) + U(positives) ], U(x) = log mean_{i≠j} exp(−2 ‖x_i − x_j‖²)',
    when: 'No negatives to choose and one number to tune: γ. A strong baseline on sparse data.',
    goesWrong:
      'Too small a γ collapses everything, too large a γ ignores the interactions. Popular items repeat in a batch and are pushed from themselves.',
    source: 'Wang & Isola 2020, arXiv 2005.10242; Wang et al. 2022, arXiv 2206.12811',
  },
});
