/**
 * Guard of the splits by time.
 */
import { DataError } from '../../core/errors.js';
import type { Positives } from './assignment.js';

/** @throws DataError `DATA_NO_TIMESTAMPS` */
export function requireTimestamps({ timestamp }: Positives, split: string): Float64Array {
  if (timestamp) return timestamp;
  const message = `the split "${split}" needs timestamps and the data has none; name the column with data.columns.timestamp, or use random`;
  throw new DataError('DATA_NO_TIMESTAMPS', message);
}
