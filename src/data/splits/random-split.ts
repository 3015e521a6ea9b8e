/**
 * Random split: of each user's interactions a share goes to test and a share to validation.
 * Each user is drawn from a stream named by the user's id, so adding users changes nothing for the others.
 */
import { Rng } from '../../core/rng.js';
import { PARTS } from '../interaction-log.js';
import { type Assignment, heldOutCounts, type Positives, rowsByUser } from './assignment.js';

export function splitRandom(
  positives: Positives,
  ratios: { validRatio: number; testRatio: number },
  seed: number,
): Assignment {
  const part = new Uint8Array(positives.userIndex.length);
  const { offsets, rows } = rowsByUser(positives);
  for (let user = 0; user < positives.users.size; user++) {
    const own = rows.slice(offsets[user], offsets[user + 1]);
    const [numValid, numTest] = heldOutCounts(own.length, ratios);
    if (numValid + numTest === 0) continue;
    Rng.of(seed, 'split', 'random', positives.users.idOf(user)).shuffle(own);
    for (let i = 0; i < numTest; i++) part[own[i]] = PARTS.test;
    for (let i = numTest; i < numTest + numValid; i++) part[own[i]] = PARTS.valid;
  }
  return { part, notes: [] };
}
