/**
 * How popular the items of a planted world are, and how that moves. With start_i and end_i the log popularities at the two
 * ends of a full move, m their mean, and θ = popularityDrift · at · π/2 at the part `at` (0 … 1) of the time,
 *
 *   log popularity_i(at) = m + cos θ · (start_i − m) + sin θ · (end_i − m).
 *
 * The ends are two orders of the same values that have nothing to do with one another, so mean and spread stay what they
 * are throughout (a mean of the two would make popularity more even half way), and the correlation with the beginning is
 * about cos θ. Items change places within their taste: tastes stay as popular as they were.
 */
import { Rng } from '../../core/rng.js';
import type { PlantedOptions } from './planted-options.js';
import type { PlantedTruth } from './planted-truth.js';

/**
 * Another order of the same popularities within each taste.
 *
 * @param itemTaste `[numItems]`
 * @param start log popularity when time begins, `[numItems]`
 * @returns `[numItems]`
 */
export function reorderedPopularity(seed: number, itemTaste: Int32Array, start: Float64Array): Float64Array {
  // a stream of its own, so that the rest of the world stays as it is
  const rng = Rng.of(seed, 'planted', 'popularity-drift');
  const end = new Float64Array(start.length);
  const itemsOf = new Map<number, number[]>();
  for (const [item, taste] of itemTaste.entries()) itemsOf.set(taste, [...(itemsOf.get(taste) ?? []), item]);
  for (const items of itemsOf.values()) {
    const order = rng.permutation(items.length);
    for (const [i, item] of items.entries()) end[item] = start[items[order[i]]];
  }
  return end;
}

/** Log of each item's weight for everybody at the part `at` (0 … 1) of the time, `[numItems]`; not to be written to. */
export function logPopularityAt(
  { popularityDrift }: Pick<PlantedOptions, 'popularityDrift'>,
  { itemLogPopularity, itemEndLogPopularity }: Pick<PlantedTruth, 'itemLogPopularity' | 'itemEndLogPopularity'>,
  at: number,
): Float64Array {
  if (popularityDrift === 0) return itemLogPopularity;
  const mean = itemLogPopularity.reduce((sum, value) => sum + value, 0) / itemLogPopularity.length;
  const angle = (popularityDrift * at * Math.PI) / 2;
  const [before, after] = [Math.cos(angle), Math.sin(angle)];
  return itemLogPopularity.map(
    (start, item) => mean + before * (start - mean) + after * (itemEndLogPopularity[item] - mean),
  );
}
