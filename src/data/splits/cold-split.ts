/**
 * Cold-item and cold-user splits: a share of the items (users) is drawn, and all of their interactions go to test or
 * validation, so that train knows nothing of them. Each is drawn by a number named by its id: adding others does not
 * reshuffle it.
 */
import { Rng } from '../../core/rng.js';
import { PARTS } from '../interaction-log.js';
import { type Assignment, heldOutCounts, type Positives } from './assignment.js';

interface Ratios {
  readonly validRatio: number;
  readonly testRatio: number;
}

export function splitColdItem(positives: Positives, ratios: Ratios, seed: number): Assignment {
  return splitCold(positives.itemIndex, positives.items.ids, 'item', ratios, seed);
}

export function splitColdUser(positives: Positives, ratios: Ratios, seed: number): Assignment {
  return splitCold(positives.userIndex, positives.users.ids, 'user', ratios, seed);
}

/** @param index dense index of the side that is cut, `[numInteractions]` */
function splitCold(
  index: Int32Array,
  ids: readonly string[],
  side: 'item' | 'user',
  ratios: Ratios,
  seed: number,
): Assignment {
  const drawn = ids.map((id) => Rng.of(seed, 'split', 'cold', side, id).uniform());
  const present = [...new Set(index)].sort((a, b) => drawn[a] - drawn[b] || a - b);
  const [numValid, numTest] = heldOutCounts(present.length, ratios);
  const partOf = new Uint8Array(ids.length);
  for (const [rank, entity] of present.slice(0, numTest + numValid).entries()) {
    partOf[entity] = rank < numTest ? PARTS.test : PARTS.valid;
  }
  const part = new Uint8Array(index.length);
  for (let row = 0; row < part.length; row++) part[row] = partOf[index[row]];
  return { part, notes: [`${numTest} ${side}s are in test only, ${numValid} in validation only`] };
}
