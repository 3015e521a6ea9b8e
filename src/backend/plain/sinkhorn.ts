/**
 * Sinkhorn-Knopp codes of SwAV (Caron et al. 2020, arXiv 2006.09882, section 3.1, eq. 3-5): the assignment Q that
 * maximises Tr(Qᵀ S) + ε·H(Q) with every sample giving mass 1 and every prototype receiving numSamples / numPrototypes.
 * Q = diag(u) exp(S / ε) diag(v), in float64 with each row's maximum taken out before the exponential. Like SwAV's, the
 * last half-step normalises samples, so rows sum to 1 and columns to the equal share within `columnError`.
 */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../../core/errors.js';
import type { SinkhornOptions, SinkhornResult } from '../kernels.js';

/** exp(−range) must stay well inside float64's exponents. */
const MAX_RANGE = 600;

/**
 * @param scoreTensor similarity of samples to prototypes, `[numSamples, numPrototypes]`
 * @throws ShapeError when a row's scores span more than 600 · epsilon (for cosines: epsilon below 1/300)
 */
export function sinkhornCodes(scoreTensor: tf.Tensor2D, { epsilon, iterations }: SinkhornOptions): SinkhornResult {
  const [numSamples, numPrototypes] = scoreTensor.shape;
  const scores = scoreTensor.dataSync() as Float32Array;
  const share = numSamples / numPrototypes;
  const mass = new Float64Array(scores.length);
  const rowMaximum = new Float64Array(numSamples);
  for (let i = 0; i < numSamples; i++) {
    const row = scores.subarray(i * numPrototypes, (i + 1) * numPrototypes);
    let maximum = -Infinity;
    let minimum = Infinity;
    for (const score of row) {
      if (score > maximum) maximum = score;
      if (score < minimum) minimum = score;
    }
    if (!(maximum - minimum <= MAX_RANGE * epsilon)) {
      throw spanError({ sample: i, span: maximum - minimum, epsilon });
    }
    rowMaximum[i] = maximum;
    for (let k = 0; k < numPrototypes; k++) mass[i * numPrototypes + k] = Math.exp((row[k] - maximum) / epsilon);
  }
  // the first column sums are over exp(S / ε) itself, up to one factor for all
  const overall = rowMaximum.reduce((top, value) => Math.max(top, value), Number.NEGATIVE_INFINITY);
  const sampleScale = rowMaximum.map((maximum) => Math.exp((maximum - overall) / epsilon));
  const prototypeScale = new Float64Array(numPrototypes).fill(1);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const columnSums = sumColumns(mass, sampleScale, numPrototypes);
    for (let k = 0; k < numPrototypes; k++) prototypeScale[k] = share / columnSums[k];
    normalizeSamples(mass, sampleScale, prototypeScale);
  }
  normalizeSamples(mass, sampleScale, prototypeScale);
  const codes = new Float32Array(scores.length);
  for (let i = 0, at = 0; i < numSamples; i++) {
    for (let k = 0; k < numPrototypes; k++, at++) codes[at] = sampleScale[i] * mass[at] * prototypeScale[k];
  }
  const columnSums = sumColumns(mass, sampleScale, numPrototypes);
  const columnError = columnSums.reduce(
    (worst, sum, k) => Math.max(worst, Math.abs((sum * prototypeScale[k]) / share - 1)),
    0,
  );
  return { codes: tf.tensor2d(codes, scoreTensor.shape), iterations, columnError: tf.scalar(columnError) };
}

/** The error of scores that differ too much for exp(score / epsilon), or are no numbers. */
export function spanError({
  sample,
  span,
  epsilon,
}: {
  readonly sample: number;
  readonly span: number;
  readonly epsilon: number;
}): ShapeError {
  if (!Number.isFinite(span)) {
    return new ShapeError(
      `sinkhornCodes: scores of sample ${sample} are not finite: training has diverged; lower training.learningRate`,
    );
  }
  return new ShapeError(
    `sinkhornCodes: scores of sample ${sample} span ${span}, more than ${MAX_RANGE} × epsilon ${epsilon}; raise epsilon`,
  );
}

/** Σ_i sampleScale_i · mass(i, k), `[numPrototypes]`. */
function sumColumns(mass: Float64Array, sampleScale: Float64Array, numPrototypes: number): Float64Array {
  const sums = new Float64Array(numPrototypes);
  for (let i = 0, at = 0; i < sampleScale.length; i++) {
    for (let k = 0; k < numPrototypes; k++, at++) sums[k] += sampleScale[i] * mass[at];
  }
  return sums;
}

/** Sets each sample's scale so that its row sums to 1. */
function normalizeSamples(mass: Float64Array, sampleScale: Float64Array, prototypeScale: Float64Array): void {
  const numPrototypes = prototypeScale.length;
  for (let i = 0, at = 0; i < sampleScale.length; i++) {
    let sum = 0;
    for (let k = 0; k < numPrototypes; k++, at++) sum += mass[at] * prototypeScale[k];
    sampleScale[i] = 1 / sum;
  }
}
