/** The options of a planted world, and what is wrong with them. */
import { ConfigError } from '../../core/errors.js';

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
