/**
 * Rows scaled to length 1: y = x / ‖x‖₂. The gradient is (dy − y ⟨y, dy⟩) / ‖x‖₂.
 * A row shorter than MIN_NORM is divided by MIN_NORM instead, so an all-zero row stays zero.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';
import { assertFloats } from './argument-checks.js';

export const MIN_NORM = 1e-12;

/**
 * @param x `[numRows, dim]`
 * @returns `[numRows, dim]`
 */
export function l2Normalize(x: tf.Tensor2D): tf.Tensor2D {
  assertFloats('l2Normalize: x', x, [null, null]);
  const kernels = currentKernels();
  const normalize = tf.customGrad((input, save) => {
    const { unit, norm } = kernels.normalizeRows(input as tf.Tensor2D, MIN_NORM);
    (save as tf.GradSaveFunc)([unit, norm]);
    return {
      value: unit,
      gradFunc: (dy, saved) => {
        const [y, length] = saved as tf.Tensor2D[];
        return kernels.normalizeRowsGradient({ unit: y, norm: length, gradient: dy as tf.Tensor2D });
      },
    };
  });
  return normalize(x) as tf.Tensor2D;
}
