/**
 * Several fields of the same entities as one sparse row each: the fields side by side, each at length 1, so that a field of many values
 * says as much as one of a single value. With one field it is that field's row.
 */
import { type ContentRows, unitContentRows } from './content-rows.js';

/**
 * @param fields at least one, with the same number of rows
 * @param firstValue columns before it say that something is missing or unknown: no likeness, so they are left out
 */
export function joinFields(fields: readonly ContentRows[], firstValue: number): ContentRows {
  const kept = fields.map((field) => unitContentRows(withoutColumnsBefore(field, firstValue)));
  const numRows = fields[0].offsets.length - 1;
  const numEntries = kept.reduce((sum, { columns }) => sum + columns.length, 0);
  const offsets = new Int32Array(numRows + 1);
  const columns = new Int32Array(numEntries);
  const values = new Float32Array(numEntries);
  let to = 0;
  for (let row = 0; row < numRows; row++) {
    let shift = 0;
    for (const field of kept) {
      for (let at = field.offsets[row]; at < field.offsets[row + 1]; at++) {
        columns[to] = field.columns[at] + shift;
        values[to++] = field.values[at];
      }
      shift += field.numValues;
    }
    offsets[row + 1] = to;
  }
  return { numValues: kept.reduce((sum, { numValues }) => sum + numValues, 0), offsets, columns, values };
}

/** The columns that are left keep their numbers. */
function withoutColumnsBefore({ numValues, offsets, columns, values }: ContentRows, first: number): ContentRows {
  const isKept = (at: number): boolean => columns[at] >= first;
  const ends = new Int32Array(offsets.length);
  const keptColumns = columns.filter((column) => column >= first);
  const keptValues = values.filter((_, at) => isKept(at));
  for (let row = 0, kept = 0; row + 1 < offsets.length; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) if (isKept(at)) kept++;
    ends[row + 1] = kept;
  }
  return { numValues, offsets: ends, columns: keptColumns, values: keptValues };
}
