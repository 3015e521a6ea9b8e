/**
 * Repeated pairs: which of the rows stays, or how they are merged. Works on one row at a time, so that a reader's
 * memory grows with distinct pairs and not with rows.
 */
import type { DataConfig } from '../data-config.js';
import type { InteractionColumns } from '../interaction-columns.js';

type DeduplicateMode = DataConfig['deduplicate'];

/**
 * Merges a new row of a known pair into `row` of `columns`. Time decides what is first or latest where there is time
 * (equal times: file order), file order otherwise.
 */
export function mergeRepeat(
  mode: Exclude<DeduplicateMode, 'none'>,
  columns: InteractionColumns,
  row: number,
  timestamp: number,
  weight: number,
): void {
  const known = columns.timestamp[row];
  const hasTimes = !Number.isNaN(timestamp) && !Number.isNaN(known);
  if (mode === 'sum') {
    columns.weight[row] = weightOr1(columns.weight[row]) + weightOr1(weight);
    if (hasTimes && timestamp < known) columns.timestamp[row] = timestamp;
    return;
  }
  const replaces = mode === 'first' ? hasTimes && timestamp < known : !hasTimes || timestamp >= known;
  if (!replaces) return;
  columns.timestamp[row] = timestamp;
  columns.weight[row] = weight;
}

const weightOr1 = (weight: number): number => (Number.isNaN(weight) ? 1 : weight);
