/**
 * Keeps what happened at or after `from` and before `to`.
 */
import { ConfigError } from '../../core/errors.js';
import type { DataConfig } from '../data-config.js';
import { secondsOfBound } from '../readers/timestamp-parser.js';

export interface DateRange {
  /** Seconds since 1970, -Infinity where open. */
  readonly from: number;
  /** Seconds since 1970, Infinity where open. */
  readonly to: number;
}

/** @throws ConfigError `CONFIG_DATE_RANGE` when the range is empty. */
export function dateRangeOf(config: Pick<DataConfig, 'from' | 'to'>): DateRange {
  const from = config.from === undefined ? Number.NEGATIVE_INFINITY : secondsOfBound(config.from);
  const to = config.to === undefined ? Number.POSITIVE_INFINITY : secondsOfBound(config.to);
  if (from >= to) {
    throw new ConfigError('CONFIG_DATE_RANGE', `data.from (${config.from}) must lie before data.to (${config.to})`);
  }
  return { from, to };
}

/** A missing time (NaN) is in no bounded range. */
export function isInRange(range: DateRange, timestamp: number): boolean {
  if (range.from === Number.NEGATIVE_INFINITY && range.to === Number.POSITIVE_INFINITY) return true;
  return timestamp >= range.from && timestamp < range.to;
}
