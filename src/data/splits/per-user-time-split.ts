/**
 * Per-user time split: the last share of each user's interactions is test, the share before it validation. Another
 * user's future can lie in train, so figures are kinder than in service; `global-time` has no such leak.
 */
import { PARTS } from '../interaction-log.js';
import { type Assignment, heldOutCounts, type Positives, rowsByUser } from './assignment.js';
import { requireTimestamps } from './require-timestamps.js';

export function splitPerUserTime(positives: Positives, ratios: { validRatio: number; testRatio: number }): Assignment {
  const timestamp = requireTimestamps(positives, 'per-user-time');
  const part = new Uint8Array(timestamp.length);
  const { offsets, rows } = rowsByUser(positives);
  for (let user = 0; user < positives.users.size; user++) {
    const own = rows.slice(offsets[user], offsets[user + 1]).sort((a, b) => timestamp[a] - timestamp[b] || a - b);
    const [numValid, numTest] = heldOutCounts(own.length, ratios);
    const firstTest = own.length - numTest;
    for (let i = firstTest - numValid; i < own.length; i++) part[own[i]] = i < firstTest ? PARTS.valid : PARTS.test;
  }
  return { part, notes: [] };
}
