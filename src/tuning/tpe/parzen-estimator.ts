/**
 * Parzen estimator over a whole space: a mixture with a component an observation, each the product of the parameters' kernels around it, and
 * the prior as one component more (Falkner et al. 2018, arXiv 1807.01774, have such products; Optuna calls it multivariate TPE).
 *
 *   p(x) = Σ_i w_i Π_d k_id(x_d),   w of the prior 1 before all are divided by their sum
 */
import type { Rng } from '../../core/rng.js';
import type { SearchSpace, TrialValues } from '../search-space.js';
import { choiceKernels } from './choice-kernels.js';
import type { Kernels } from './kernels.js';
import { rangeKernels } from './range-kernels.js';

export interface ParzenEstimator {
  logDensity(values: TrialValues): number;
  draw(rng: Rng): TrialValues;
}

/** @param weights of the observations, `[observed.length]`, positive */
export function parzenEstimator(
  space: SearchSpace,
  observed: readonly TrialValues[],
  weights: readonly number[],
): ParzenEstimator {
  const kernels: [string, Kernels][] = Object.entries(space).map(([key, parameter]) => {
    const values = observed.map((each) => each[key]);
    return [key, parameter.kind === 'choice' ? choiceKernels(parameter, values) : rangeKernels(parameter, values)];
  });
  const all = [...weights, 1];
  const total = all.reduce((sum, weight) => sum + weight, 0);
  return {
    logDensity: (values) =>
      logSumExp(
        all.map((weight, i) =>
          kernels.reduce((sum, [key, own]) => sum + own.logDensity(i, values[key]), Math.log(weight / total)),
        ),
      ),
    draw(rng) {
      const component = drawIndex(all, total, rng);
      return Object.fromEntries(kernels.map(([key, own]) => [key, own.draw(component, rng)]));
    },
  };
}

function drawIndex(weights: readonly number[], total: number, rng: Rng): number {
  let left = rng.uniform() * total;
  const found = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return found < 0 ? weights.length - 1 : found; // rounding left a crumb
}

/** The prior keeps at least one of the terms finite. */
function logSumExp(terms: readonly number[]): number {
  const greatest = Math.max(...terms);
  return greatest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - greatest), 0));
}
