/**
 * SL@K (Yang et al. 2025, KDD, arXiv 2508.05673, and the code of its authors, github.com/Tiny-Snow/IR-Benchmark): a
 * softmax loss that counts a positive by how near it is to the user's first K,
 *
 *   loss_i = σ((s_i − β_u) / temperature) · softmax loss_i
 *
 * with s the score before the softmax's temperature and β_u the score that the user's K-th item has (`top-k-scores.ts`), held
 * fixed between its refreshes. In that code the gradient goes through the weight too, and so it does by default: as the loss falls
 * with the weight, this part pushes positives away. Per unit of score it is up to loss_i / (4 · temperature) against the
 * softmax's 1 / τ, so that τ must be small: theirs is .1 with 1,000 candidates, where the loss is 7 at first; at .5 nothing is
 * learned. `stopped` takes weights as numbers, and knows no such bound. Their softmax leaves the positive out of its sum: that is the loss `bsl` with positiveRatio
 * `infinite`, over `uniform` negatives.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { ShapeError } from '../../core/errors.js';
import { scaleGradient } from '../../ops/index.js';
import type { MainLossInput } from './main-loss-input.js';

export const topKOption = z
  .union([
    z.literal('none'),
    z.strictObject({
      k: z
        .number()
        .int()
        .min(1)
        .max(1000)
        .default(20)
        .describe('length of the list that counts. Too small: few positives teach; too large: as none'),
      temperature: z
        .number()
        .min(0.01)
        .max(100)
        .default(0.75)
        .describe(
          'divides how far a positive’s score is above that of the K-th item. Too small: what is not in the list already is given up; too large: all positives count alike',
        ),
      numSampled: z
        .number()
        .int()
        .min(1)
        .default(1000)
        .describe(
          'items drawn at every refresh, among which the K-th is looked for beside the user’s own. Too few: its score is too low, and positives far down count; too many: cost',
        ),
      gradient: z
        .enum(['through', 'stopped'])
        .default('through')
        .describe(
          'whether the gradient goes through the weight too, as in the authors’ code; then the loss’s own temperature must be small (.1), or positives are pushed away. stopped: weights are numbers, under any temperature',
        ),
      refreshEvery: z
        .number()
        .int()
        .min(1)
        .default(5)
        .describe('epochs between two looks for the K-th item; before the first its score counts as 0'),
    }),
  ])
  .default('none')
  .describe(
    'SL@K: weighs positives by how near they are to the user’s first K, { k, temperature, numSampled, gradient, refreshEvery }',
  );
type TopKOption = z.infer<typeof topKOption>;

/** When and how the K-th item's score is looked for. */
export interface TopKPlan {
  readonly k: number;
  readonly numSampled: number;
  /** Epochs. */
  readonly refreshEvery: number;
}

/** Undefined where an option asks for no weights. */
export function topKPlan({ topK }: { readonly topK?: TopKOption }): TopKPlan | undefined {
  return topK === 'none' ? undefined : topK;
}

/**
 * @returns the weight of each positive, `[batchSize, 1]`; undefined where all count alike
 * @throws ShapeError when the input does not say what the K-th items' scores are
 */
export function topKWeights(
  { users, positives, topKScores }: MainLossInput,
  topK: TopKOption | undefined,
): tf.Tensor2D | undefined {
  if (topK === undefined || topK === 'none') return undefined;
  if (!topKScores) throw new ShapeError('topK: needs the score of each user’s K-th item (topKScores)');
  const scores = tf.sum(tf.mul(users, positives), 1, true);
  const above = tf.sub(scores, tf.tensor2d(topKScores, [topKScores.length, 1]));
  const weights = tf.sigmoid(tf.div(above, topK.temperature)) as tf.Tensor2D;
  return topK.gradient === 'through' ? weights : scaleGradient(weights, new Float32Array(topKScores.length));
}
