/**
 * The softmax loss whose queries are weighed by numbers that carry a gradient (or that only the device knows):
 *
 *   loss = Σ_i share_i · weight_i · ℓ_i,   ℓ_i as in `softmax-loss.ts`, share_i the plan's queryWeight or 1 / numQueries
 *
 * A query's own gradient is scaled by its weight afterwards; that of the keys is had in the same run (`twofold-queries.ts`).
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels, type SoftmaxPlan } from '../../backend/index.js';
import { assertFloats } from '../argument-checks.js';
import { checkSoftmaxPlan } from './softmax-loss.js';
import { twofoldQueries } from './twofold-queries.js';

/**
 * @param queries `[numQueries, dim]`
 * @param keys `[numKeys, dim]`
 * @param plan as of `softmaxLoss`
 * @param weights of the queries, `[numQueries, 1]`
 * @returns scalar, differentiable in queries, keys and weights
 * @throws ShapeError as `softmaxLoss`
 */
export function weightedSoftmaxLoss(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  plan: SoftmaxPlan,
  weights: tf.Tensor2D,
): tf.Scalar {
  checkSoftmaxPlan('weightedSoftmaxLoss', queries, keys, plan);
  const [numQueries] = queries.shape;
  assertFloats('weightedSoftmaxLoss: weights', weights, [numQueries, 1]);
  const kernels = currentKernels();
  const fused = tf.customGrad((...given) => {
    const [left, right, weight] = given as tf.Tensor2D[];
    const save = given[3] as tf.GradSaveFunc;
    const twofold = twofoldQueries(left, right, weight);
    const result = kernels.softmaxLoss(twofold.queries, twofold.keys, plan, true);
    const share = plan.queryWeight
      ? tf.tensor2d(plan.queryWeight, [numQueries, 1])
      : tf.fill<tf.Rank.R2>([numQueries, 1], 1 / numQueries);
    const losses = tf.mul(tf.reshape(result.perQuery!, [numQueries, 1]), share);
    const ofQueries = tf.mul(twofold.own(result.queryGradient), weight);
    save([ofQueries, twofold.weighed(result.keyGradient), losses]);
    return {
      value: tf.sum(tf.mul(losses, weight)),
      gradFunc: (dy, saved) => saved.map((gradient) => tf.mul(gradient, dy)),
    };
  });
  return fused(queries, keys, weights) as tf.Scalar;
}
