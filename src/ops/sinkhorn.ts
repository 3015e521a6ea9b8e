/**
 * Sinkhorn-Knopp codes of SwAV (Caron et al. 2020, arXiv 2006.09882, section 3.1, eq. 3-5): the assignment Q that
 * maximises Tr(Qᵀ S) + ε·H(Q) with every sample giving mass 1 and every prototype receiving numSamples / numPrototypes.
 * Like SwAV's, the last half-step normalises samples, so rows sum to 1 and columns to the equal share within
 * `columnError`. Codes carry no gradient.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import { currentKernels, type SinkhornOptions, type SinkhornResult } from '../backend/index.js';
import { assertCount, assertFloats, assertPositive } from './argument-checks.js';

export type { SinkhornOptions, SinkhornResult } from '../backend/index.js';

/**
 * @param scores similarity of samples to prototypes, `[numSamples, numPrototypes]`
 * @throws ShapeError when a row's scores span more than 600 · epsilon (for cosines: epsilon below 1/300); not on `webgpu`,
 * which takes logarithms throughout
 */
export function sinkhornCodes(scores: Tensor2D, options: SinkhornOptions): SinkhornResult {
  assertFloats('sinkhornCodes: scores', scores, [null, null]);
  assertCount('sinkhornCodes: scores (rows)', scores.shape[0], 1);
  assertCount('sinkhornCodes: iterations', options.iterations, 0);
  assertPositive('sinkhornCodes: epsilon', options.epsilon);
  return currentKernels().sinkhornCodes(scores, options);
}
