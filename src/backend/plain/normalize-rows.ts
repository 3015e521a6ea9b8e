/** Rows scaled to length 1, and the gradient of that, on any tfjs backend. */
import * as tf from '@tensorflow/tfjs';
import type { Kernels } from '../kernels.js';

export function normalizeRows(x: tf.Tensor2D, minNorm: number): { unit: tf.Tensor2D; norm: tf.Tensor2D } {
  return tf.tidy(() => {
    const norm: tf.Tensor2D = tf.maximum(tf.sqrt(tf.sum(tf.square(x), 1, true)), minNorm);
    return { unit: tf.div(x, norm) as tf.Tensor2D, norm };
  });
}

export const normalizeRowsGradient: Kernels['normalizeRowsGradient'] = ({ unit, norm, gradient }) =>
  tf.tidy(() => tf.div(tf.sub(gradient, tf.mul(unit, tf.sum(tf.mul(unit, gradient), 1, true))), norm));
