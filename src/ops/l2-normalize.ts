/**
 * Rows scaled to length 1: y = x / ‖x‖₂. The gradient is (dy − y ⟨y, dy⟩) / ‖x‖₂.
 * A row shorter than MIN_NORM is divided by MIN_NORM instead, so an all-zero row stays zero.
 */
import * as tf from '@tensorflow/tfjs';
import { assertShape } from '../core/errors.js';

export const MIN_NORM = 1e-12;

/**
 * @param x `[numRows, dim]`
 * @returns `[numRows, dim]`
 */
export function l2Normalize(x: tf.Tensor2D): tf.Tensor2D {
  assertShape('l2Normalize: x', x.shape, [null, null]);
  const normalize = tf.customGrad((input, save) => {
    const norm = tf.maximum(tf.sqrt(tf.sum(tf.square(input as tf.Tensor2D), 1, true)), MIN_NORM);
    const value = tf.div(input as tf.Tensor2D, norm);
    (save as tf.GradSaveFunc)([value, norm]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [y, length] = saved;
        return tf.div(tf.sub(dy, tf.mul(y, tf.sum(tf.mul(y, dy), 1, true))), length);
      },
    };
  });
  return normalize(x) as tf.Tensor2D;
}
