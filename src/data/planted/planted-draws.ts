/**
 * The visible part of a planted world: who took what and when.
 */
import { Rng } from '../../core/rng.js';
import type { Interactions } from '../interaction-set.js';
import type { PlantedOptions } from './planted-options.js';
import type { PlantedTruth } from './planted-truth.js';
import { plantedLogWeights } from './planted-weights.js';

/** Nobody takes more than this share of the items. */
const MOST_OF_ALL_ITEMS = 0.25;
const ACTIVITY_EXPONENT = 2;

/**
 * @param begin seconds since 1970; `duration` in seconds
 * @returns in the order of time (equal times: by user)
 */
export function drawInteractions(
  options: PlantedOptions,
  truth: PlantedTruth,
  { begin, duration }: { readonly begin: number; readonly duration: number },
): Interactions {
  const { seed, numUsers, drift, popularityDrift } = options;
  const rows: { user: number; item: number; time: number }[] = [];
  for (let user = 0; user < numUsers; user++) {
    const rng = Rng.of(seed, 'planted', 'user', user);
    const times = Float64Array.from({ length: drawActivity(options, rng) }, () => Math.floor(duration * rng.uniform()));
    const weightsAt = (time: number): Float64Array =>
      plantedLogWeights(options, truth, { userIndex: user, at: time / duration }).map(Math.exp);
    const taken = new Set<number>();
    let weights = weightsAt(0);
    for (const time of times.sort()) {
      if (drift > 0 || popularityDrift > 0) weights = weightsAt(time);
      for (const item of taken) weights[item] = 0;
      const item = drawItem(weights, truth.itemRelease, time, rng);
      taken.add(item);
      rows.push({ user, item, time: begin + time });
    }
  }
  rows.sort((a, b) => a.time - b.time || a.user - b.user);
  return {
    userIndex: Int32Array.from(rows, ({ user }) => user),
    itemIndex: Int32Array.from(rows, ({ item }) => item),
    timestamp: Float64Array.from(rows, ({ time }) => time),
  };
}

/**
 * Number of interactions of a user by a Pareto law: minimum · uniform^(-1/exponent), where the minimum follows from the
 * mean (which the upper bound lowers a little).
 */
function drawActivity({ meanInteractions, numItems }: PlantedOptions, rng: Rng): number {
  const minimum = (meanInteractions * (ACTIVITY_EXPONENT - 1)) / ACTIVITY_EXPONENT;
  const drawn = Math.round(minimum * (1 - rng.uniform()) ** (-1 / ACTIVITY_EXPONENT));
  return Math.min(drawn, Math.floor(MOST_OF_ALL_ITEMS * numItems));
}

/** One item that has appeared by `time`, with probability proportional to its weight. */
function drawItem(weights: Float64Array, release: Float64Array, time: number, rng: Rng): number {
  let total = 0;
  for (let item = 0; item < weights.length; item++) if (release[item] <= time) total += weights[item];
  let left = rng.uniform() * total;
  let last = -1;
  for (let item = 0; item < weights.length; item++) {
    if (release[item] > time || weights[item] === 0) continue;
    last = item;
    left -= weights[item];
    if (left < 0) break;
  }
  return last;
}
