/**
 * Embedding noise (SimGCL, Yu et al. 2022, arXiv 2112.08679): every row moves by a random vector of length `magnitude`
 * that stays in the row's own orthant. The noise counts as a constant, so the gradient passes through unchanged.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';
import type { CounterKey } from '../core/counter-rng.js';
import { assertFloats, assertMagnitude } from './argument-checks.js';

/**
 * @param x `[numRows, dim]`
 * @param magnitude length of the noise, ≥ 0; 0 returns x as it is
 * @returns `[numRows, dim]`
 * @throws ShapeError
 */
export function perturb(x: tf.Tensor2D, magnitude: number, key: CounterKey): tf.Tensor2D {
  assertFloats('perturb: x', x, [null, null]);
  assertMagnitude('perturb:', magnitude);
  if (magnitude === 0) return x;
  const kernels = currentKernels();
  const shift = tf.customGrad((input) => ({
    value: kernels.perturbRows(input as tf.Tensor2D, magnitude, key),
    gradFunc: (dy) => tf.clone(dy),
  }));
  return shift(x) as tf.Tensor2D;
}
