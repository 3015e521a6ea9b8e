/**
 * The identity, whose gradient is scaled a row at a time: y = x, dx_i = scale_i · dy_i. What flows back is the gradient of no
 * function of x: it is for rows that stand for others which pass no gradient on (an importance weight).
 */
import * as tf from '@tensorflow/tfjs';
import { assertLength } from '../core/errors.js';
import { assertFloats } from './argument-checks.js';

/**
 * @param x `[numRows, dim]`
 * @param scale `[numRows]`
 * @returns `[numRows, dim]`
 * @throws ShapeError unless there is a factor for each row
 */
export function scaleGradient(x: tf.Tensor2D, scale: Float32Array): tf.Tensor2D {
  assertFloats('scaleGradient: x', x, [null, null]);
  assertLength('scaleGradient: scale', scale.length, x.shape[0]);
  const [numRows, dim] = x.shape;
  const scaled = tf.customGrad((input) => ({
    value: (input as tf.Tensor2D).clone(),
    // written out: tfjs's CPU kernel for a product that broadcasts is far slower than that for equal shapes
    gradFunc: (dy) => {
      const factors = new Float32Array(numRows * dim);
      for (let row = 0; row < numRows; row++) factors.fill(scale[row], row * dim, (row + 1) * dim);
      return tf.mul(dy, tf.tensor2d(factors, [numRows, dim]));
    },
  }));
  return scaled(x) as tf.Tensor2D;
}
