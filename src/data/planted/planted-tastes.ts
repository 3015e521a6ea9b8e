/**
 * Draws the hidden part of a planted world: which tastes users have, which taste an item serves, how popular it is, when it
 * appears. Tastes are few, so the matrix of true scores has low rank. Where they drift, a user's first taste gives way to the
 * second as time goes by, so that what was taken long ago says less about what is taken next.
 */
import { Rng } from '../../core/rng.js';
import type { PlantedOptions } from './planted-options.js';
import { reorderedPopularity } from './planted-popularity.js';
import type { PlantedTruth } from './planted-truth.js';

/** Late items appear within this part of the time. */
const LATE_FROM = 0.5;
const LATE_TO = 0.9;
/** Share of the first of a user's two tastes. */
const FIRST_TASTE_FROM = 0.55;
const FIRST_TASTE_TO = 0.85;

export function plantTruth(options: PlantedOptions, duration: number): PlantedTruth {
  const { seed, numUsers, numItems, numTastes, popularityExponent, lateItemShare } = options;
  const rng = Rng.of(seed, 'planted', 'tastes');
  const userTastes = new Float64Array(numUsers * numTastes);
  for (let user = 0; user < numUsers; user++) {
    const first = rng.integer(numTastes);
    const second = (first + 1 + rng.integer(numTastes - 1)) % numTastes;
    const share = FIRST_TASTE_FROM + (FIRST_TASTE_TO - FIRST_TASTE_FROM) * rng.uniform();
    userTastes[user * numTastes + first] = share;
    userTastes[user * numTastes + second] = 1 - share;
  }
  // round robin over a random order: every taste has items of every popularity
  const order = rng.permutation(numItems);
  const itemTaste = new Int32Array(numItems);
  const itemLogPopularity = new Float64Array(numItems);
  const itemRelease = new Float64Array(numItems);
  for (let rank = 0; rank < numItems; rank++) {
    itemTaste[order[rank]] = rank % numTastes;
    itemLogPopularity[order[rank]] = -popularityExponent * Math.log(1 + rank / numTastes);
  }
  const late = rng.permutation(numItems).slice(0, Math.round(lateItemShare * numItems));
  for (const item of late) itemRelease[item] = duration * (LATE_FROM + (LATE_TO - LATE_FROM) * rng.uniform());
  const itemEndLogPopularity = reorderedPopularity(seed, itemTaste, itemLogPopularity);
  return { userTastes, itemTaste, itemLogPopularity, itemEndLogPopularity, itemRelease };
}

/**
 * Share of each taste in a user's interest at the part `at` (0 … 1) of the time, `[numTastes]`: `drift · at` has moved from
 * the first taste to the second.
 */
export function tastesAt(
  { numTastes, drift }: Pick<PlantedOptions, 'numTastes' | 'drift'>,
  { userTastes }: Pick<PlantedTruth, 'userTastes'>,
  { userIndex, at }: { readonly userIndex: number; readonly at: number },
): Float64Array {
  const shares = userTastes.slice(userIndex * numTastes, (userIndex + 1) * numTastes);
  const own = [...shares.keys()].filter((taste) => shares[taste] > 0).sort((a, b) => shares[b] - shares[a]);
  const moved = Math.min(shares[own[0]], drift * at);
  if (own.length > 1) {
    shares[own[0]] -= moved;
    shares[own[1]] += moved;
  }
  return shares;
}
