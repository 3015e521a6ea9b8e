/** Rows of a feature table as they would come from outside. */
import type { FeatureCell, FeatureColumn, FeatureTable } from '../src/data/index.js';

export function featureRowOf({ columns }: FeatureTable, row: number): Record<string, FeatureCell> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, cellOf(column, row)]));
}

function cellOf(column: FeatureColumn, row: number): FeatureCell {
  switch (column.kind) {
    case 'categorical':
      return column.codes[row] < 0 ? null : column.values[column.codes[row]];
    case 'multi-valued':
      return Array.from(
        column.codes.subarray(column.offsets[row], column.offsets[row + 1]),
        (code) => column.values[code],
      );
    case 'numeric':
      return Number.isNaN(column.numbers[row]) ? null : column.numbers[row];
    case 'text':
      return column.texts[row];
    case 'vector': {
      const numbers = column.numbers.slice(row * column.dim, (row + 1) * column.dim);
      return Number.isNaN(numbers[0]) ? null : numbers;
    }
    case 'time':
      return Number.isNaN(column.seconds[row]) ? null : new Date(1000 * column.seconds[row]).toISOString();
  }
}
