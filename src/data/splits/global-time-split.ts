/**
 * Global time split: one instant for everybody; what comes after it is test, a stretch before it validation. Train
 * never sees anything that happened later than what is predicted. Users and items that appear late are cold.
 */
import { ConfigError, DataError } from '../../core/errors.js';
import { PARTS } from '../interaction-log.js';
import { secondsOfBound } from '../readers/timestamp-parser.js';
import type { Assignment, Positives } from './assignment.js';
import { requireTimestamps } from './require-timestamps.js';

interface GlobalTimeOptions {
  readonly validRatio: number;
  readonly testRatio: number;
  readonly validFrom?: number | string;
  readonly testFrom?: number | string;
}

/**
 * Interactions of the same instant stay together, so shares are met up to ties.
 *
 * @throws DataError `DATA_ONE_INSTANT` when nothing would be left to train on
 * @throws ConfigError `CONFIG_SPLIT` when validation would begin after test
 */
export function splitGlobalTime(positives: Positives, options: GlobalTimeOptions): Assignment {
  const timestamp = requireTimestamps(positives, 'global-time');
  const { validRatio, testRatio } = options;
  const sorted = timestamp.slice().sort();
  const instantAfter = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.round(sorted.length * share))];
  const testFrom = options.testFrom === undefined ? instantAfter(1 - testRatio) : secondsOfBound(options.testFrom);
  const validFrom =
    options.validFrom === undefined ? validStart(sorted, testFrom, validRatio) : secondsOfBound(options.validFrom);
  if (validFrom > testFrom) {
    const message = `data.split: validation begins (${iso(validFrom)}) after test (${iso(testFrom)})`;
    throw new ConfigError('CONFIG_SPLIT', message);
  }
  if (sorted.length > 0 && sorted[0] >= validFrom) {
    const message =
      `the split "global-time" leaves nothing to train on: validation begins at ${iso(validFrom)}, the earliest ` +
      'interaction; if all times are alike, use data.split.name=random';
    throw new DataError('DATA_ONE_INSTANT', message);
  }
  const part = new Uint8Array(timestamp.length);
  for (let row = 0; row < part.length; row++) {
    if (timestamp[row] >= validFrom) part[row] = timestamp[row] >= testFrom ? PARTS.test : PARTS.valid;
  }
  return { part, notes: [`validation begins at ${iso(validFrom)}, test at ${iso(testFrom)}`] };
}

/** The instant that cuts `validRatio` of all interactions off the end of what comes before `testFrom`. */
function validStart(sorted: Float64Array, testFrom: number, validRatio: number): number {
  let before = 0;
  while (before < sorted.length && sorted[before] < testFrom) before++;
  const at = before - Math.max(1, Math.round(sorted.length * validRatio));
  return at < 0 ? testFrom : sorted[at];
}

/** A clock that is no calendar time is shown as its number. */
function iso(seconds: number): string {
  return seconds >= 1e8 && seconds < 1e11 ? new Date(seconds * 1000).toISOString() : String(seconds);
}
