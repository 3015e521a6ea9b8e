/**
 * A world whose tastes are known: interactions drawn from stated probabilities, attributes that follow the tastes, and
 * the probabilities themselves, so that the best reachable ranking is known by construction.
 *
 * A user u gives item i the weight w(u,i) = exp(sharpness · share of i's taste in u's interest) · popularity(i), where
 * the share may drift with time (`drift`), and so may popularity (`popularityDrift`). At each of its instants u takes one item, among those that have appeared and
 * that it has not taken yet, with probability proportional to w of that instant: a Plackett-Luce draw (Luce 1959;
 * Plackett 1975). Given what a user took before an instant, the items it is likeliest to take next are those of greatest
 * w. On a split by time no ranking can therefore expect a higher recall than the one by w (but for knowing when items
 * appear, and for what w changes within the test period). On a random split it is the best up to that, too: which of a
 * user's items are held out says nothing about the others.
 */

import { ConfigError } from '../../core/errors.js';
import type { InteractionSet } from '../interaction-set.js';
import { Vocabulary } from '../vocabulary.js';
import { drawInteractions } from './planted-draws.js';
import { plantItemFeatures, plantUserFeatures } from './planted-features.js';
import { logPopularityAt } from './planted-popularity.js';
import { type PlantedTruth, plantTruth, tastesAt } from './planted-tastes.js';

export interface PlantedOptions {
  readonly seed: number;
  readonly numUsers: number;
  readonly numItems: number;
  /** Groups of items that people like together. More: harder to tell apart from few interactions. */
  readonly numTastes: number;
  /** Mean number of interactions a user; each has at least half of it, few have many. */
  readonly meanInteractions: number;
  /** How much taste decides. 0: popularity alone. Large: users exhaust the items of their taste. */
  readonly sharpness: number;
  /** Popularity of the r-th item of a taste is proportional to r^-exponent. 0: all alike. */
  readonly popularityExponent: number;
  /** Share of items that appear only in the second half of the time. */
  readonly lateItemShare: number;
  /** How much of a user's interest moves from the first taste to the second from begin to end. 0: none. 1: all of it. */
  readonly drift: number;
  /**
   * How far the order of the items by popularity moves from begin to end, a quarter turn times this. 0: what was popular
   * stays so. 1: what was popular at the beginning says nothing about the end.
   */
  readonly popularityDrift: number;
}

export const PLANTED_DEFAULTS: PlantedOptions = Object.freeze({
  seed: 42,
  numUsers: 800,
  numItems: 600,
  numTastes: 10,
  meanInteractions: 33,
  sharpness: 5,
  popularityExponent: 0.5,
  lateItemShare: 0.05,
  drift: 0,
  popularityDrift: 0,
});

export interface PlantedWorld {
  readonly options: PlantedOptions;
  /** All positive, with timestamps and features, in the order of time. */
  readonly interactions: InteractionSet;
  readonly truth: PlantedTruth;
}

/** 2024-01-01 UTC, in seconds since 1970. */
const BEGIN = 1_704_067_200;
const DURATION = 365 * 24 * 3600;

/** @throws ConfigError `CONFIG_PLANTED` when a user would need more items than there are, or a size is too small */
export function createPlantedWorld(partial: Partial<PlantedOptions> = {}): PlantedWorld {
  const options = { ...PLANTED_DEFAULTS, ...partial };
  checkPlantedOptions(options);
  const { numUsers, numItems } = options;
  const truth = plantTruth(options, DURATION);
  const interactions = drawInteractions(options, truth, BEGIN, DURATION);
  const users = Vocabulary.from(Array.from({ length: numUsers }, (_, user) => `u${pad(user, numUsers)}`));
  const items = Vocabulary.from(Array.from({ length: numItems }, (_, item) => `i${pad(item, numItems)}`));
  return {
    options,
    interactions: {
      users,
      items,
      ...interactions,
      userFeatures: plantUserFeatures(options, truth),
      itemFeatures: plantItemFeatures(options, truth, items.ids),
    },
    truth,
  };
}

/**
 * True log weights of all items for a user at the part `at` (0 … 1) of the time, `[numItems]`: ranking by them is the best
 * there is for what the user takes then. Indices are those of the world; a split whose filters dropped nobody keeps them.
 */
export function plantedOracleScores(world: PlantedWorld, userIndex: number, at = 1): Float32Array {
  return Float32Array.from(plantedLogWeights(world.options, world.truth, userIndex, at));
}

/** log w(u,i) of the file's head for all items, `[numItems]`. */
export function plantedLogWeights(
  options: PlantedOptions,
  truth: PlantedTruth,
  userIndex: number,
  at: number,
): Float64Array {
  const shares = tastesAt(options, truth, userIndex, at);
  return logPopularityAt(options, truth, at).map(
    (popularity, item) => options.sharpness * shares[truth.itemTaste[item]] + popularity,
  );
}

const pad = (index: number, size: number): string => String(index).padStart(String(size - 1).length, '0');

/** @throws ConfigError `CONFIG_PLANTED` that lists what is wrong */
export function checkPlantedOptions(options: PlantedOptions): void {
  const { numUsers, numItems, numTastes, meanInteractions, lateItemShare, drift, popularityDrift } = options;
  const problems = [
    numUsers < 1 && `numUsers: expected at least 1, got ${numUsers}`,
    numTastes < 2 && `numTastes: expected at least 2, got ${numTastes}`,
    numItems < numTastes && `numItems: expected at least one item a taste (${numTastes}), got ${numItems}`,
    meanInteractions < 2 && `meanInteractions: expected at least 2, got ${meanInteractions}`,
    (lateItemShare < 0 || lateItemShare > 0.5) && `lateItemShare: expected 0 … 0.5, got ${lateItemShare}`,
    !(drift >= 0 && drift <= 1) && `drift: expected 0 … 1, got ${drift}`,
    !(popularityDrift >= 0 && popularityDrift <= 1) && `popularityDrift: expected 0 … 1, got ${popularityDrift}`,
    meanInteractions > numItems / 4 &&
      `meanInteractions: expected at most a quarter of the items (${numItems}), got ${meanInteractions}`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new ConfigError('CONFIG_PLANTED', `planted world: ${problems.join('; ')}`);
}
