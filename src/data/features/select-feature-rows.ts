/**
 * Some rows of a feature table, in a given order; the value lists stay as they are.
 */
import { recordOf } from '../../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable } from '../feature-table.js';

/** @param rows row numbers of `table`; a row may come twice */
export function selectFeatureRows(table: FeatureTable, rows: readonly number[]): FeatureTable {
  const columns = Object.entries(table.columns).map(([name, column]) => [name, selectColumn(column, rows)] as const);
  return { numRows: rows.length, columns: recordOf(columns) };
}

function selectColumn(column: FeatureColumn, rows: readonly number[]): FeatureColumn {
  switch (column.kind) {
    case 'categorical':
      return { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]) };
    case 'numeric':
      return { ...column, numbers: Float64Array.from(rows, (row) => column.numbers[row]) };
    case 'text':
      return { ...column, texts: rows.map((row) => column.texts[row]) };
    case 'multi-valued': {
      const lists = rows.map((row) => column.codes.subarray(column.offsets[row], column.offsets[row + 1]));
      const offsets = new Int32Array(rows.length + 1);
      for (const [i, list] of lists.entries()) offsets[i + 1] = offsets[i] + list.length;
      const codes = new Int32Array(offsets[rows.length]);
      for (const [i, list] of lists.entries()) codes.set(list, offsets[i]);
      return { ...column, offsets, codes };
    }
  }
}
