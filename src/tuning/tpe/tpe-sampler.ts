/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011, NeurIPS): trials are split into the good ones and the rest, each part gets a Parzen
 * estimator, and of 24 draws from that of the good ones, l, the one with the greatest l / g is tried. What is free in it is as Optuna 5's
 * `TPESampler` has it by default: ten random trials first; of n with a result min(⌈n / 10⌉, 25) are good; products of kernels; old trials
 * count less. Trials without a result yet count among the rest, so that processes beside one another try other things.
 *
 * Deviation: a trial that failed (diverged, say) counts as the worst; Optuna leaves it out, and may go there again.
 */

import { randomSampler } from '../random-sampler.js';
import type { Sampler, SeenTrial } from '../sampler.js';
import type { SearchSpace } from '../search-space.js';
import { type ParzenEstimator, parzenEstimator } from './parzen-estimator.js';

export const TPE_DEFAULTS = Object.freeze({
  /** Trials with a result before the estimators are asked. Too few: it settles where it happened to begin. */
  startupTrials: 10,
  /** Draws from the good ones' estimator. Too few: like random draws around them; too many: it explores less. */
  candidates: 24,
  /** Most trials that are good, and the latest ones whose weight is whole. */
  mostGood: 25,
});

export const tpeSampler: Sampler = (space, seen, rng) => {
  const { startupTrials, candidates, mostGood } = TPE_DEFAULTS;
  const finished = seen.filter(({ place }) => place !== undefined).length;
  if (finished < startupTrials) return randomSampler(space, seen, rng);
  const numGood = Math.min(Math.ceil(finished / 10), mostGood);
  const isGood = ({ place }: SeenTrial): boolean => place !== undefined && place < numGood;
  const good = estimatorOf(space, seen.filter(isGood));
  const rest = estimatorOf(
    space,
    seen.filter((trial) => !isGood(trial)),
  );
  const drawn = Array.from({ length: candidates }, () => good.draw(rng));
  const gains = drawn.map((values) => good.logDensity(values) - rest.logDensity(values));
  return drawn[gains.indexOf(Math.max(...gains))];
};

function estimatorOf(space: SearchSpace, trials: readonly SeenTrial[]): ParzenEstimator {
  return parzenEstimator(
    space,
    trials.map(({ values }) => values),
    weightsOf(trials.length),
  );
}

/** Of trials in their order: 1, but of those before the latest 25 a line that rises from 1 / n to 1. */
export function weightsOf(count: number): number[] {
  const early = Math.max(0, count - TPE_DEFAULTS.mostGood);
  return Array.from({ length: count }, (_, i) => {
    if (i >= early) return 1;
    return early === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * i) / (early - 1);
  });
}
