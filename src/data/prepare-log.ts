/**
 * From rows in memory to a log that can be split: the same filters, whether the rows came from files or from a caller.
 */
import { DataError } from '../core/errors.js';
import type { DataConfig } from './data-config.js';
import { coreDegrees, kCoreRows } from './filters/k-core.js';
import { reindexLog } from './filters/reindex.js';
import { InteractionCollector } from './interaction-collector.js';
import type { InteractionLog } from './interaction-log.js';
import { EVENT_CODES, type InteractionSet } from './interaction-set.js';

export interface PreparedLog {
  readonly log: InteractionLog;
  readonly notes: readonly string[];
}

/**
 * The collected rows after the filters that need all of them. Users and items whose every row was filtered out are
 * gone; without filters every id that was read stays.
 *
 * @param features row by the collector's indices, where there are any yet
 * @throws DataError `DATA_NO_INTERACTIONS` when nothing was read or nothing is left
 */
export function finishLog(
  collector: InteractionCollector,
  config: DataConfig,
  source: string,
  features: Pick<InteractionLog, 'userFeatures' | 'itemFeatures'> = {},
): PreparedLog {
  let log: InteractionLog = { ...collector.finish(), ...features };
  const notes = collector.notes();
  const { read, outsideDateRange, belowMinRating } = collector.counts;
  if (read === 0) {
    throw new DataError('DATA_NO_INTERACTIONS', 'there is no interaction in it', { location: { file: source } });
  }
  if (outsideDateRange + belowMinRating > 0) log = reindexLog(log, allRows(log.userIndex.length));
  const degrees = coreDegrees(config.kCore);
  if (degrees.user > 0 || degrees.item > 0) {
    const rows = kCoreRows(log, degrees, log.users.size, log.items.size);
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

/** Filters a set that is in memory already. Its vocabularies are kept as they are unless a filter drops rows. */
export function prepareSet(set: InteractionSet, config: DataConfig): PreparedLog {
  const collector = new InteractionCollector(config, set);
  collector.beginPart(0, { timestamp: set.timestamp !== undefined, weight: set.weight !== undefined }, 'interactions');
  for (let row = 0; row < set.userIndex.length; row++) {
    collector.add(
      set.userIndex[row],
      set.itemIndex[row],
      set.timestamp ? set.timestamp[row] : Number.NaN,
      set.weight ? set.weight[row] : Number.NaN,
      set.event ? set.event[row] : EVENT_CODES.positive,
    );
  }
  const features = { userFeatures: set.userFeatures, itemFeatures: set.itemFeatures };
  return finishLog(collector, config, 'interactions', features);
}

function allRows(length: number): Int32Array {
  return Int32Array.from({ length }, (_, row) => row);
}
