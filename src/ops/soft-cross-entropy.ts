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

export interface SoftTargets {
  /** `[numRows, numClasses]`. */
  readonly scores: tf.Tensor2D;
  /** `[numRows, numClasses]`. */
  readonly targets: tf.Tensor2D;
  /** > 0; divides the scores. */
  readonly temperature: number;
}

/**
 * @returns scalar
 * @throws ShapeError
 */
export function softCrossEntropy({ scores, targets, temperature }: SoftTargets): tf.Scalar {
  assertFloats('softCrossEntropy: scores', scores, [null, null]);
  assertCount('softCrossEntropy: scores (size)', scores.size, 1);
  assertFloats('softCrossEntropy: targets', targets, scores.shape);
  assertPositive('softCrossEntropy: temperature', temperature);
  const kernels = currentKernels();
  const fused = tf.customGrad((input, save) => {
    const { loss, gradient } = kernels.softCrossEntropy({ scores: input as tf.Tensor2D, targets, temperature });
    (save as tf.GradSaveFunc)([gradient]);
    return { value: loss, gradFunc: (dy, [saved]) => tf.mul(saved, dy) };
  });
  return fused(scores) as tf.Scalar;
}
