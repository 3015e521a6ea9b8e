/**
 * Softmax cross-entropy of queries against shared keys, fused with its gradient:
 *
 *   logit(i, j) = ⟨queries_i, keys_j⟩ / temperature + keyBias_j        (−∞, or + maskedBias, where masked)
 *   loss        = Σ_i weight_i · (logsumexp_j logit(i, j) − logit(i, positive_i))
 *
 * With `decoupled` the logsumexp leaves the positive out. In-batch softmax, sampled softmax, InfoNCE and their kin are
 * this op with different keys and plans; a temperature that differs by query or carries a gradient is had by dividing
 * the queries by it beforehand. The forward pass computes
 * both gradients, so the [numQueries, numKeys] matrix is never kept for the backward pass.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels, type SoftmaxPlan } from '../../backend/index.js';
import { assertLength, ShapeError } from '../../core/errors.js';
import { assertCount, assertFloats, assertOffsets, assertPositive } from '../argument-checks.js';

export type { SoftmaxPlan } from '../../backend/index.js';

/**
 * @param queries `[numQueries, dim]`
 * @param keys `[numKeys, dim]`
 * @param plan positives, temperature (> 0) and corrections
 * @returns scalar
 * @throws ShapeError on sizes that do not fit, a temperature ≤ 0, a positive outside the keys or masked
 */
export function softmaxLoss(queries: tf.Tensor2D, keys: tf.Tensor2D, plan: SoftmaxPlan): tf.Scalar {
  checkSoftmaxPlan('softmaxLoss', queries, keys, plan);
  const kernels = currentKernels();
  const fused = tf.customGrad((left, right, save) => {
    const result = kernels.softmaxLoss(left as tf.Tensor2D, right as tf.Tensor2D, plan);
    (save as tf.GradSaveFunc)([result.queryGradient, result.keyGradient]);
    return {
      value: result.loss,
      gradFunc: (dy, saved) => saved.map((gradient) => tf.mul(gradient, dy)),
    };
  });
  return fused(queries, keys) as tf.Scalar;
}

/** @throws ShapeError as `softmaxLoss`, in the name of `op` */
export function checkSoftmaxPlan(op: string, queries: tf.Tensor2D, keys: tf.Tensor2D, plan: SoftmaxPlan): void {
  assertFloats(`${op}: queries`, queries, [null, null]);
  const [numQueries, dim] = queries.shape;
  const numKeys = keys.shape[0];
  assertCount(`${op}: queries (rows)`, numQueries, 1);
  assertFloats(`${op}: keys`, keys, [null, dim]);
  assertLength(`${op}: positive`, plan.positive.length, numQueries);
  if (plan.keyBias) assertLength(`${op}: keyBias`, plan.keyBias.length, numKeys);
  if (plan.queryWeight) assertLength(`${op}: queryWeight`, plan.queryWeight.length, numQueries);
  if (plan.masked) {
    assertLength(`${op}: masked rows`, plan.masked.offsets.length - 1, numQueries);
    assertOffsets(`${op}: masked`, plan.masked.offsets, plan.masked.values.length);
  }
  if (plan.maskedBias) assertLength(`${op}: maskedBias`, plan.maskedBias.length, plan.masked?.values.length ?? 0);
  assertPositive(`${op}: temperature`, plan.temperature);
  for (let i = 0; i < numQueries; i++) {
    const positive = plan.positive[i];
    if (positive < 0 || positive >= numKeys) {
      throw new ShapeError(`${op}: positive ${positive} of query ${i} is outside ${numKeys} keys`);
    }
    if (!plan.masked) continue;
    for (let at = plan.masked.offsets[i]; at < plan.masked.offsets[i + 1]; at++) {
      const key = plan.masked.values[at];
      if (key < 0 || key >= numKeys || key === positive) {
        throw new ShapeError(
          `${op}: query ${i} masks key ${key}, which is ${key === positive ? 'its positive' : `outside ${numKeys} keys`}`,
        );
      }
    }
  }
}
