/** The transpose of a compressed-rows pattern by counting sort. */
import type { CompressedRows, PatternTranspose } from '../kernels.js';

export function transposePattern(
  { offsets, columns }: Pick<CompressedRows, 'offsets' | 'columns'>,
  numColumns: number,
): PatternTranspose {
  const starts = new Int32Array(numColumns + 1);
  for (let entry = 0; entry < columns.length; entry++) starts[columns[entry] + 1]++;
  for (let column = 0; column < numColumns; column++) starts[column + 1] += starts[column];
  const next = starts.slice(0, numColumns);
  const rows = new Int32Array(columns.length);
  const order = new Int32Array(columns.length);
  for (let row = 0; row < offsets.length - 1; row++) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      const slot = next[columns[entry]]++;
      rows[slot] = row;
      order[slot] = entry;
    }
  }
  return { offsets: starts, columns: rows, order };
}
