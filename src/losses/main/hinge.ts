/**
 * Pairwise hinge, the triplet loss of embedding-based retrieval (Huang et al. 2020, EBR, arXiv 2006.11632, section 3.2,
 * written with similarities instead of distances):
 *
 *   mean max(0, margin − ⟨user, positive⟩ + ⟨user, negative⟩) over all (positive, negative) pairs
 *
 * Pairs that are told apart by the margin teach nothing, so most random negatives soon stop teaching: the loss for hard
 * ones.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { similarityOption, weightOption } from '../loss-options.js';
import { mainLoss } from '../loss-row.js';
import type { MainLossInput } from './main-loss-input.js';
import { negativeScores, sumOfPairs } from './pair-weights.js';

const hingeSchema = z.strictObject({
  name: z.literal('hinge'),
  weight: weightOption(1),
  similarity: similarityOption('cosine'),
  margin: z
    .number()
    .positive()
    .max(100)
    .default(0.2)
    .describe(
      'by how much a positive must win. Too small: training stops early, at a ranking that barely holds; too large: easy pairs never stop pulling',
    ),
});

/** @throws ShapeError when the input has no own negatives */
export function hinge(input: MainLossInput, { margin }: { readonly margin: number }): tf.Scalar {
  const positive = tf.sum(tf.mul(input.users, input.positives), 1, true);
  return sumOfPairs(tf.relu(tf.add(tf.sub(negativeScores('hinge', input), positive), margin)) as tf.Tensor2D, input);
}

export const hingeRow = mainLoss({
  schema: hingeSchema,
  negatives: 'pairwise',
  compute: hinge,
  doc: {
    formula: 'mean max(0, margin − ⟨user, positive⟩ + ⟨user, negative⟩)',
    when: 'With hard negatives, where a pair told apart should be left alone; the triplet loss of embedding-based retrieval.',
    goesWrong:
      'With random negatives most pairs soon satisfy the margin and training stands still; too large a margin never ends.',
    source: 'Huang et al. 2020, arXiv 2006.11632',
  },
});
