/**
 * The log of a sum over all ordered pairs of different rows, fused with its gradient:
 *
 *   potential(x) = log Σ_i Σ_{j≠i} exp(⟨x_i, x_j⟩ / temperature)
 *
 * From a decoupled softmax whose positive is the row itself: its losses give every row's share of the sum, a second
 * call weighted by those shares gives the gradient. The [numRows, numRows] matrix is never kept.
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
  const [numRows, dim] = x.shape;
  if (numRows < 2) throw new ShapeError(`logPairPotential: expected at least 2 rows, got ${numRows}`);
  const kernels = currentKernels();
  const potential = tf.customGrad((input, save) => {
    const rows = input as tf.Tensor2D;
    const self = Int32Array.from({ length: numRows }, (_, i) => i);
    const plan: SoftmaxPlan = { positive: self, temperature, decoupled: true };
    const perQuery = new Float32Array(numRows);
    const first = kernels.softmaxLoss(rows, rows, plan, perQuery);
    tf.dispose([first.loss, first.queryGradient, first.keyGradient]);
    const values = kernels.borrow(rows);
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < numRows; i++) {
      let squared = 0;
      for (let at = i * dim; at < (i + 1) * dim; at++) squared += values[at] * values[at];
      perQuery[i] += squared / temperature; // log Σ_{j≠i} exp(…)
      if (perQuery[i] > top) top = perQuery[i];
    }
    let sum = 0;
    for (let i = 0; i < numRows; i++) sum += Math.exp(perQuery[i] - top);
    const shares = perQuery.map((value) => Math.exp(value - top) / sum);
    const weighted = kernels.softmaxLoss(rows, rows, { ...plan, queryWeight: shares });
    // what the positives, here the rows themselves, took from both gradients
    const own = tf.mul(rows, tf.tensor2d(shares, [numRows, 1]).mul(2 / temperature));
    weighted.loss.dispose();
    const gradient = tf.addN([weighted.queryGradient, weighted.keyGradient, own]);
    (save as tf.GradSaveFunc)([gradient]);
    return { value: tf.scalar(top + Math.log(sum)), gradFunc: (dy, [saved]) => tf.mul(saved, dy) };
  });
  return potential(x) as tf.Scalar;
}
