/**
 * The fields of a side as one content row an entity: the rows of the fields side by side, each at length 1, so that every field
 * counts as much as another. Missing and unseen values say nothing and are left out.
 */
import { type EncodedField, MISSING_VALUE, UNSEEN_VALUE } from '../../data/fields/encoded-field.js';
import { type ContentRows, unitContentRows } from './content-rows.js';

/** @param fields one at least, all of as many entities */
export function contentOfFields(fields: readonly EncodedField[]): ContentRows {
  const numRows = fields[0].offsets.length - 1;
  const unit = fields.map((field) => unitContentRows(withoutUnknown(field)));
  const most = unit.reduce((sum, { columns }) => sum + columns.length, 0);
  const offsets = new Int32Array(numRows + 1);
  const columns = new Int32Array(most);
  const values = new Float32Array(most);
  let at = 0;
  for (let row = 0; row < numRows; row++) {
    let firstColumn = 0;
    for (const rows of unit) {
      for (let entry = rows.offsets[row]; entry < rows.offsets[row + 1]; entry++) {
        columns[at] = firstColumn + rows.columns[entry];
        values[at++] = rows.values[entry];
      }
      firstColumn += rows.numValues;
    }
    offsets[row + 1] = at;
  }
  return { numValues: unit.reduce((sum, { numValues }) => sum + numValues, 0), offsets, columns, values };
}

function withoutUnknown({ numValues, offsets, columns, values }: EncodedField): ContentRows {
  const kept = new Int32Array(offsets.length);
  const keptColumns = new Int32Array(columns.length);
  const keptValues = new Float32Array(values.length);
  let at = 0;
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      if (columns[entry] === MISSING_VALUE || columns[entry] === UNSEEN_VALUE) continue;
      keptColumns[at] = columns[entry];
      keptValues[at++] = values[entry];
    }
    kept[row + 1] = at;
  }
  return { numValues, offsets: kept, columns: keptColumns.subarray(0, at), values: keptValues.subarray(0, at) };
}
