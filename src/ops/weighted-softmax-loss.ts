/**
 * The softmax loss whose queries are weighed by numbers that carry a gradient (or that only the device knows):
 *
 *   loss = Σ_i share_i · weight_i · ℓ_i,   ℓ_i as in `softmax-loss.ts`, share_i the plan's queryWeight or 1 / numQueries
 *
 * A query's own gradient is scaled by its weight afterwards. That of a key is Σ_i share_i · weight_i · r_ij · q_i / τ with r
 * the residuals, which the kernel adds up over the queries as they are. So it is given every query twice, as it is and times its
 * weight, beside keys that hold zeros there: logits stay what they are, and the gradient of those zeros is the one that is wanted.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels, type SoftmaxPlan } from '../backend/index.js';
import { assertFloats } from './argument-checks.js';
import { columnPlacement } from './column-placement.js';
import { checkSoftmaxPlan } from './softmax-loss.js';

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
  const [numQueries, dim] = queries.shape;
  assertFloats('weightedSoftmaxLoss: weights', weights, [numQueries, 1]);
  const kernels = currentKernels();
  const fused = tf.customGrad((...given) => {
    const [left, right, weight] = given as tf.Tensor2D[];
    const save = given[3] as tf.GradSaveFunc;
    const [own, copy] = [columnPlacement(dim, 2 * dim, 0), columnPlacement(dim, 2 * dim, dim)];
    const twice = tf.add(tf.matMul(left, own), tf.matMul(tf.mul(left, weight), copy)) as tf.Tensor2D;
    const result = kernels.softmaxLoss(twice, tf.matMul(right, own), plan, true);
    const share = plan.queryWeight
      ? tf.tensor2d(plan.queryWeight, [numQueries, 1])
      : tf.fill<tf.Rank.R2>([numQueries, 1], 1 / numQueries);
    const losses = tf.mul(tf.reshape(result.perQuery!, [numQueries, 1]), share);
    const ofQueries = tf.mul(tf.matMul(result.queryGradient, own, false, true), weight);
    save([ofQueries, tf.matMul(result.keyGradient, copy, false, true), losses]);
    return {
      value: tf.sum(tf.mul(losses, weight)),
      gradFunc: (dy, saved) => saved.map((gradient) => tf.mul(gradient, dy)),
    };
  });
  return fused(queries, keys, weights) as tf.Scalar;
}
