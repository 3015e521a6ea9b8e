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

import type { InteractionSet } from '../interaction-set.js';
import { Vocabulary } from '../vocabulary.js';
import { drawInteractions } from './planted-draws.js';
import { plantItemFeatures, plantUserFeatures } from './planted-features.js';
import { checkPlantedOptions, PLANTED_DEFAULTS, type PlantedOptions } from './planted-options.js';
import { plantTruth } from './planted-tastes.js';
import type { PlantedTruth } from './planted-truth.js';
import { plantedLogWeights } from './planted-weights.js';

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
  const interactions = drawInteractions(options, truth, { begin: BEGIN, duration: DURATION });
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
export function plantedOracleScores(world: PlantedWorld, userIndex: number, { at = 1 } = {}): Float32Array {
  return Float32Array.from(plantedLogWeights(world.options, world.truth, { userIndex, at }));
}

const pad = (index: number, size: number): string => String(index).padStart(String(size - 1).length, '0');
