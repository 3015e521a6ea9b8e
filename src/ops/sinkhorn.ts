/**
 * Sinkhorn-Knopp codes of SwAV (Caron et al. 2020, arXiv 2006.09882, section 3.1, eq. 3-5): the assignment Q that
 * maximises Tr(Qᵀ S) + ε·H(Q) with every sample giving mass 1 and every prototype receiving numSamples / numPrototypes.
 * Like SwAV's, the last half-step normalises samples, so rows sum to 1 and columns to the equal share within
 * `columnError`. Codes carry no gradient.
 */
import { currentKernels, type SinkhornOptions, type SinkhornResult } from '../backend/index.js';
import { assertLength } from '../core/errors.js';
import { assertCount, assertPositive } from './argument-checks.js';

export type { SinkhornOptions, SinkhornResult } from '../backend/index.js';

/**
 * @param scores similarity of samples to prototypes, `[numSamples, numPrototypes]` row-major
 * @throws ShapeError when a row's scores span more than 600 · epsilon (for cosines: epsilon below 1/300)
 */
export function sinkhornCodes(
  scores: Float32Array,
  numSamples: number,
  numPrototypes: number,
  options: SinkhornOptions,
): SinkhornResult {
  assertCount('sinkhornCodes: numSamples', numSamples, 1);
  assertCount('sinkhornCodes: numPrototypes', numPrototypes, 1);
  assertCount('sinkhornCodes: iterations', options.iterations, 0);
  assertPositive('sinkhornCodes: epsilon', options.epsilon);
  assertLength('sinkhornCodes: scores', scores.length, numSamples * numPrototypes);
  return currentKernels().sinkhornCodes(scores, numSamples, numPrototypes, options);
}
