/**
 * Leave one out: of each user the last interaction is test, the last but one validation; by time where there are
 * times, else two at random. Users with one interaction stay in train, those with two have no validation.
 */
import { Rng } from '../../core/rng.js';
import { PARTS } from '../interaction-log.js';
import { type Assignment, type Positives, rowsByUser } from './assignment.js';

export function splitLeaveOneOut(positives: Positives, seed: number): Assignment {
  const { timestamp, users } = positives;
  const part = new Uint8Array(positives.userIndex.length);
  const { offsets, rows } = rowsByUser(positives);
  for (let user = 0; user < users.size; user++) {
    const own = rows.slice(offsets[user], offsets[user + 1]);
    if (own.length < 2) continue;
    if (timestamp) own.sort((a, b) => timestamp[a] - timestamp[b] || a - b);
    else Rng.of(seed, 'split', 'leave-one-out', users.idOf(user)).shuffle(own);
    part[own[own.length - 1]] = PARTS.test;
    if (own.length > 2) part[own[own.length - 2]] = PARTS.valid;
  }
  return { part, notes: timestamp ? [] : ['no timestamps: the interactions left out were drawn at random'] };
}
