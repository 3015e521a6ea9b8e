/**
 * Bayesian personalised ranking (Rendle et al. 2009, arXiv 1205.2618, eq. 4 without the prior):
 * mean −log σ(⟨user, positive⟩ − ⟨user, negative⟩) over all (positive, negative) pairs, weighted where they do not count
 * alike (see pair-weights.ts).
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { similarityOption, weightOption } from '../loss-options.js';
import { mainLoss } from '../loss-row.js';
import type { MainLossInput } from './main-loss-input.js';
import { negativeScores, sumOfPairs } from './pair-weights.js';

const bprSchema = z.strictObject({
  name: z.literal('bpr'),
  weight: weightOption(1),
  similarity: similarityOption('inner-product'),
});

/** @throws ShapeError when the input has no own negatives */
export function bpr(input: MainLossInput): tf.Scalar {
  const positive = tf.sum(tf.mul(input.users, input.positives), 1, true);
  return sumOfPairs(tf.softplus(tf.sub(negativeScores('bpr', input), positive)) as tf.Tensor2D, input);
}

export const bprRow = mainLoss({
  schema: bprSchema,
  negatives: 'pairwise',
  compute: bpr,
  doc: {
    formula: 'mean −log σ(⟨user, positive⟩ − ⟨user, negative⟩)',
    when: 'The classic pairwise loss: to reproduce published LightGCN, SGL and SimGCL figures, or where steps must be cheap.',
    goesWrong:
      'One negative a positive teaches little a step; on large catalogues the softmax losses are better and faster.',
    source: 'Rendle et al. 2009, arXiv 1205.2618',
  },
});
