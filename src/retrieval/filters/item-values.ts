/** The values that each item has in a column, numbered: what quotas and limits count. */
import type { FeatureColumn } from '../../data/feature-table.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { isMissing } from './column-test.js';

export interface ItemValues {
  readonly column: string;
  /** By number. */
  readonly values: readonly string[];
  /** Numbers of the item's values: none where it has none, several in a column of lists. */
  of(item: number): Int32Array;
}

/** Undefined for a column of vectors, which has no values to count. */
export function itemValues(name: string, column: FeatureColumn): ItemValues | undefined {
  if (column.kind === 'vector') return undefined;
  if (column.kind === 'multi-valued') {
    const { offsets, codes, values } = column;
    return { column: name, values, of: (item) => codes.subarray(offsets[item], offsets[item + 1]) };
  }
  const { codes, values } = column.kind === 'categorical' ? column : distinctOf(column);
  return { column: name, values, of: (item) => (codes[item] < 0 ? NONE : codes.subarray(item, item + 1)) };
}

const NONE = new Int32Array(0);

function distinctOf(column: Extract<FeatureColumn, { kind: 'numeric' | 'time' | 'text' }>) {
  const cells = column.kind === 'numeric' ? column.numbers : column.kind === 'time' ? column.seconds : column.texts;
  const known = new Vocabulary();
  const codes = Int32Array.from(cells as ArrayLike<number | string>, (cell, row) =>
    isMissing(column, row) ? -1 : known.add(String(cell)),
  );
  return { codes, values: known.ids };
}
