/**
 * All inner products between the rows of two matrices: a · bᵀ. The products are arranged so that no matmul carries a
 * transpose flag (tfjs's wasm kernel is ten times slower with one) and no large matrix is transposed.
 */
import * as tf from '@tensorflow/tfjs';
import { assertCount, assertFloats } from './argument-checks.js';

/**
 * @param a `[numA, dim]`
 * @param b `[numB, dim]`
 * @returns `[numA, numB]`
 * @throws ShapeError
 */
export function similarity(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  assertFloats('similarity: a', a, [null, null]);
  assertCount('similarity: a (rows)', a.shape[0], 1);
  assertFloats('similarity: b', b, [null, a.shape[1]]);
  assertCount('similarity: b (rows)', b.shape[0], 1);
  const products = tf.customGrad((left, right, save) => {
    const [x, y] = [left as tf.Tensor2D, right as tf.Tensor2D];
    (save as tf.GradSaveFunc)([x, y]);
    return {
      value: tf.matMul(x, tf.transpose(y)),
      gradFunc: (dy, saved) => {
        const [savedX, savedY] = saved as tf.Tensor2D[];
        const gradient = dy as tf.Tensor2D;
        // dyᵀ·x computed as (xᵀ·dy)ᵀ: the transposes are of thin matrices
        return [tf.matMul(gradient, savedY), tf.transpose(tf.matMul(tf.transpose(savedX), gradient))];
      },
    };
  });
  return products(a, b) as tf.Tensor2D;
}
