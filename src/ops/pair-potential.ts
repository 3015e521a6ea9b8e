/**
 * The log of a sum over all ordered pairs of different rows, fused with its gradient:
 *
 *   potential(x) = log Σ_i Σ_{j≠i} exp(⟨x_i, x_j⟩ / temperature)
 *
 * From a decoupled softmax whose positive is the row itself: its losses give every row's share of the sum, and its
 * gradient, row by row, the potential's. The [numRows, numRows] matrix is never kept.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels, type SoftmaxPlan } from '../backend/index.js';
import { ShapeError } from '../core/errors.js';
import { assertFloats, assertPositive } from './argument-checks.js';

/**
 * @param x `[numRows ≥ 2, dim]`
 * @param temperature > 0
 * @returns scalar
 */
export function logPairPotential(x: tf.Tensor2D, temperature: number): tf.Scalar {
  assertFloats('logPairPotential: x', x, [null, null]);
  assertPositive('logPairPotential: temperature', temperature);
  const [numRows] = x.shape;
  if (numRows < 2) throw new ShapeError(`logPairPotential: expected at least 2 rows, got ${numRows}`);
  const kernels = currentKernels();
  const potential = tf.customGrad((input, save) => {
    const rows = input as tf.Tensor2D;
    const self = Int32Array.from({ length: numRows }, (_, i) => i);
    const plan: SoftmaxPlan = { positive: self, temperature, decoupled: true };
    const { perQuery, queryGradient } = kernels.softmaxLoss(rows, rows, plan, true);
    // log Σ_{j≠i} exp(…) of each row: its loss is this minus the logit of its positive, itself
    const logSums = tf.add(perQuery!, tf.mul(tf.sum(tf.square(rows), 1), 1 / temperature));
    const value = tf.logSumExp(logSums) as tf.Scalar;
    const shares = tf.reshape(tf.exp(tf.sub(logSums, value)), [numRows, 1]);
    // the rows' means under their softmax, out of a gradient that has the positives taken out and is a mean over rows
    const means = tf.add(tf.mul(queryGradient, numRows * temperature), rows);
    // twice: the sum runs over ordered pairs, so what a row does as a query it does as a key, too
    const gradient = tf.mul(means, tf.mul(shares, 2 / temperature));
    (save as tf.GradSaveFunc)([gradient]);
    return { value, gradFunc: (dy, [saved]) => tf.mul(saved, dy) };
  });
  return potential(x) as tf.Scalar;
}
