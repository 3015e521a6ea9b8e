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
    case 'time':
      return { ...column, seconds: Float64Array.from(rows, (row) => column.seconds[row]) };
    case 'vector': {
      const { dim } = column;
      const numbers = new Float32Array(rows.length * dim);
      for (const [i, row] of rows.entries()) numbers.set(column.numbers.subarray(row * dim, (row + 1) * dim), i * dim);
      return { ...column, numbers };
    }
    case 'multi-valued': {
      const offsets = new Int32Array(rows.length + 1);
      for (const [i, row] of rows.entries())
        offsets[i + 1] = offsets[i] + column.offsets[row + 1] - column.offsets[row];
      const codes = new Int32Array(offsets[rows.length]);
      const weights = column.weights && new Float32Array(offsets[rows.length]);
      for (const [i, row] of rows.entries()) {
        const [start, end] = [column.offsets[row], column.offsets[row + 1]];
        codes.set(column.codes.subarray(start, end), offsets[i]);
        weights?.set(column.weights!.subarray(start, end), offsets[i]);
      }
      return { ...column, offsets, codes, ...(weights && { weights }) };
    }
  }
}
