/**
 * Lists of categories, with or without weights. By default the weights of a row sum to 1: its field vector is the (weighted)
 * mean of its values' vectors, so that it does not depend on how many there are. Values that fitting did not see are left
 * out beside known ones.
 */
import { z } from 'zod';
import type { MultiValuedColumn } from '../feature-table.js';
import type { EncodedField } from './encoded-field.js';
import { EncodedRows } from './encoded-rows.js';
import type { FieldOptionsOf } from './field-options.js';
import { strings } from './stored-arrays.js';
import { columnsOfValues, FIRST_VALUE, frequentValues } from './value-list.js';

export const multiValuedEncoding = z.strictObject({
  kind: z.literal('multi-valued'),
  name: z.string(),
  /** Of the values of a cell that comes as text. */
  separator: z.string().min(1),
  weighted: z.boolean(),
  pooling: z.enum(['mean', 'sum']),
  /** Value v has column FIRST_VALUE + v. */
  values: strings,
});
type MultiValuedEncoding = z.output<typeof multiValuedEncoding>;

/** Between values where nothing else was said. */
export const DEFAULT_SEPARATOR = '|';

export function fitMultiValued(
  name: string,
  { offsets, codes, values }: MultiValuedColumn,
  options: FieldOptionsOf<'multi-valued'>,
  fitRows: Int32Array,
): MultiValuedEncoding {
  const { separator = DEFAULT_SEPARATOR, weighted, pooling } = options;
  const counts = new Int32Array(values.length);
  for (const row of fitRows) for (let at = offsets[row]; at < offsets[row + 1]; at++) counts[codes[at]]++;
  return {
    kind: 'multi-valued',
    name,
    separator,
    weighted,
    pooling,
    values: frequentValues(values, counts, options),
  };
}

export function encodeMultiValued(
  { name, values, pooling }: MultiValuedEncoding,
  { offsets, codes, values: own, weights }: MultiValuedColumn,
): EncodedField {
  const known = columnsOfValues(values);
  const columnOf = Int32Array.from(own, (value) => known.get(value) ?? -1);
  const rows = new EncodedRows(offsets.length - 1, codes.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const entries = new Map<number, number>();
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const column = columnOf[codes[at]];
      if (column >= 0) entries.set(column, weights ? weights[at] : 1);
    }
    if (pooling === 'mean') divideBySum(entries);
    rows.addRow(entries, offsets[row + 1] > offsets[row]);
  }
  return rows.finish(name, FIRST_VALUE + values.length);
}

/** In the order of the columns: a sum must not depend on the order in which the values were given. */
function divideBySum(entries: Map<number, number>): void {
  const columns = [...entries.keys()].sort((a, b) => a - b);
  let sum = 0;
  for (const column of columns) sum += entries.get(column)!;
  for (const column of columns) entries.set(column, entries.get(column)! / sum);
}
