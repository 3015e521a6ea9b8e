/**
 * Cross-entropy against soft targets, fused with its gradient:
 *
 *   loss = mean_i −Σ_k targets_ik · log softmax(scores_i / temperature)_k
 *
 * Targets carry no gradient; their rows need not sum to 1.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';
import { assertCount, assertFloats, assertPositive } from './argument-checks.js';

/**
 * @param scores `[numRows, numClasses]`
 * @param targets `[numRows, numClasses]`
 * @param temperature > 0; divides the scores
 * @returns scalar
 * @throws ShapeError
 */
export function softCrossEntropy(scores: tf.Tensor2D, targets: tf.Tensor2D, temperature: number): tf.Scalar {
  assertFloats('softCrossEntropy: scores', scores, [null, null]);
  assertCount('softCrossEntropy: scores (size)', scores.size, 1);
  assertFloats('softCrossEntropy: targets', targets, scores.shape);
  assertPositive('softCrossEntropy: temperature', temperature);
  const kernels = currentKernels();
  const fused = tf.customGrad((input, save) => {
    const { loss, gradient } = kernels.softCrossEntropy(input as tf.Tensor2D, targets, temperature);
    (save as tf.GradSaveFunc)([gradient]);
    return { value: loss, gradFunc: (dy, [saved]) => tf.mul(saved, dy) };
  });
  return fused(scores) as tf.Scalar;
}
