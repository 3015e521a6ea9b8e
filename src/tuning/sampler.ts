/** What proposes the values of the next trial, and what it may look at. */
import type { Rng } from '../core/rng.js';
import type { SearchSpace, TrialValues } from './search-space.js';

export interface SeenTrial {
  readonly values: TrialValues;
  /** Among those with a result, 0 the best; undefined while it has none. */
  readonly place?: number;
}

/**
 * @param seen in the order in which they began
 * @param rng of this trial alone
 */
export type Sampler = (space: SearchSpace, seen: readonly SeenTrial[], rng: Rng) => TrialValues;
