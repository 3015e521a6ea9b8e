/**
 * Kernels of a range: a normal distribution around every observed value, cut off at the ends of the scale, and a last one as wide as the
 * scale around its middle, the prior. Bandwidths are those of Optuna 5 (`_ParzenEstimator`, with magic clip and without endpoints): the
 * distance to the farther of the two neighbours, the outermost ones' to their only one; of a lone value to the farther end; then held within
 *
 *   (high − low) / min(100, 2 + n)  ≤  deviation  ≤  high − low,   n observed values
 *
 * (Bergstra et al. 2011, NeurIPS, have the neighbours; Watanabe 2023, arXiv 2304.11127, what became of them).
 */
import type { Rng } from '../../core/rng.js';
import { binOf, fromScale, onScale, type Scale, scaleOf } from '../scale.js';
import type { ParameterValue, RangeParameter } from '../search-space.js';
import type { Kernels } from './kernels.js';
import { drawWithin, logNormalDensity, massIn, type Normal } from './normal-distribution.js';

export function rangeKernels(parameter: RangeParameter, observed: readonly ParameterValue[]): Kernels {
  const scale = scaleOf(parameter);
  const means = observed.map((value) => onScale(parameter, value as number));
  const deviations = bandwidths(means, scale);
  const prior = { mean: (scale.low + scale.high) / 2, deviation: scale.high - scale.low };
  const normals: readonly Normal[] = [...means.map((mean, i) => ({ mean, deviation: deviations[i] })), prior];
  const logMasses = normals.map((normal) => Math.log(massIn(normal, scale)));
  return {
    logDensity(kernel: number, value: ParameterValue): number {
      const normal = normals[kernel];
      const own =
        parameter.kind === 'int'
          ? Math.log(massIn(normal, binOf(parameter, value as number)))
          : logNormalDensity(normal, onScale(parameter, value as number));
      return own - logMasses[kernel];
    },
    draw: (kernel: number, rng: Rng) => fromScale(parameter, drawWithin(normals[kernel], scale, rng)),
  };
}

/** @param means on the scale, in any order. @returns a deviation each, in their order */
export function bandwidths(means: readonly number[], { low, high }: Scale): number[] {
  const order = means.map((_, i) => i).sort((a, b) => means[a] - means[b]);
  const sorted = order.map((i) => means[i]);
  const last = sorted.length - 1;
  const least = (high - low) / Math.min(100, 2 + means.length);
  const found = new Array<number>(means.length);
  for (const [place, i] of order.entries()) {
    const below = place > 0 ? sorted[place] - sorted[place - 1] : undefined;
    const above = place < last ? sorted[place + 1] - sorted[place] : undefined;
    const lone = Math.max(sorted[place] - low, high - sorted[place]);
    const wide = below === undefined && above === undefined ? lone : Math.max(below ?? 0, above ?? 0);
    found[i] = Math.min(high - low, Math.max(least, wide));
  }
  return found;
}
