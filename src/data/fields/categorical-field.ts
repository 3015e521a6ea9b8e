/**
 * Categories: a value a row, weight 1.
 */
import { z } from 'zod';
import type { CategoricalColumn } from '../feature-table.js';
import { type EncodedField, UNSEEN_VALUE } from './encoded-field.js';
import { EncodedRows } from './encoded-rows.js';
import type { FieldOptionsOf } from './field-options.js';
import { strings } from './stored-arrays.js';
import { columnsOfValues, FIRST_VALUE, frequentValues } from './value-list.js';

export const categoricalEncoding = z.strictObject({
  kind: z.literal('categorical'),
  name: z.string(),
  /** Value v has column FIRST_VALUE + v. */
  values: strings,
});
type CategoricalEncoding = z.output<typeof categoricalEncoding>;

export function fitCategorical(
  name: string,
  { codes, values }: CategoricalColumn,
  options: FieldOptionsOf<'categorical'>,
  fitRows: Int32Array,
): CategoricalEncoding {
  const counts = new Int32Array(values.length);
  for (const row of fitRows) if (codes[row] >= 0) counts[codes[row]]++;
  return { kind: 'categorical', name, values: frequentValues(values, counts, options) };
}

export function encodeCategorical({ name, values }: CategoricalEncoding, column: CategoricalColumn): EncodedField {
  const known = columnsOfValues(values);
  const columnOf = Int32Array.from(column.values, (value) => known.get(value) ?? UNSEEN_VALUE);
  const rows = new EncodedRows(column.codes.length);
  for (const code of column.codes) {
    if (code < 0) rows.addMissing();
    else rows.addOne(columnOf[code]);
  }
  return rows.finish(name, FIRST_VALUE + values.length);
}
