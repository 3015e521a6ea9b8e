/**
 * The rows of a source → a log that can be split: the filters that need all rows, whatever the source was.
 */
import { DataError } from '../core/errors.js';
import type { DataConfig } from './data-config.js';
import { coreDegrees, kCoreRows } from './filters/k-core.js';
import { reindexLog } from './filters/reindex.js';
import type { InteractionCollector } from './interaction-collector.js';
import type { InteractionLog } from './interaction-log.js';

interface FinishedLog {
  readonly log: InteractionLog;
  readonly notes: readonly string[];
}

/**
 * The collected rows after the filters that need all of them. Users and items whose every row was filtered out are
 * gone; without filters every id that was read stays.
 *
 * @param source what messages call it
 * @throws DataError `DATA_NO_INTERACTIONS` when nothing was read or nothing is left
 */
export function finishLog(collector: InteractionCollector, config: DataConfig, source: string): FinishedLog {
  let log = collector.finish();
  const notes = collector.notes();
  const { read, outsideDateRange, belowMinRating } = collector.counts;
  if (read === 0) {
    throw new DataError('DATA_NO_INTERACTIONS', 'there is no interaction in it', { location: { file: source } });
  }
  if (outsideDateRange + belowMinRating > 0) log = reindexLog(log, allRows(log.userIndex.length));
  const degrees = coreDegrees(config.kCore);
  if (degrees.user > 0 || degrees.item > 0) {
    const rows = kCoreRows(log, degrees, { numUsers: log.users.size, numItems: log.items.size });
    const before = log.userIndex.length;
    log = reindexLog(log, rows);
    const left = `${log.users.size} users, ${log.items.size} items and ${rows.length} of ${before} interactions are left`;
    notes.push(`k-core (users ≥ ${degrees.user}, items ≥ ${degrees.item}): ${left}`);
  }
  if (log.userIndex.length === 0) {
    const message = `the filters left nothing of ${read} interactions: ${notes.join('; ')}`;
    throw new DataError('DATA_NO_INTERACTIONS', message, { location: { file: source } });
  }
  return { log, notes };
}

function allRows(length: number): Int32Array {
  return Int32Array.from({ length }, (_, row) => row);
}
