/**
 * Dense vectors made elsewhere: a row of all dimensions with their numbers, which the first layer maps to a field vector.
 */
import { z } from 'zod';
import { DataError } from '../../core/errors.js';
import type { VectorColumn } from '../feature-table.js';
import type { EncodedField } from './encoded-field.js';
import { EncodedRows } from './encoded-rows.js';
import type { FieldOptionsOf } from './field-options.js';
import { FIRST_VALUE } from './value-list.js';

export const vectorEncoding = z.strictObject({
  kind: z.literal('vector'),
  name: z.string(),
  /** Dimension d has column FIRST_VALUE + d. */
  dim: z.int().min(0),
  unitLength: z.boolean(),
});
type VectorEncoding = z.output<typeof vectorEncoding>;

export function fitVector(
  name: string,
  { dim }: VectorColumn,
  { unitLength }: FieldOptionsOf<'vector'>,
): VectorEncoding {
  return { kind: 'vector', name, dim, unitLength };
}

/** @throws DataError `DATA_VECTOR_LENGTH` for vectors of another length than those of the fitting */
export function encodeVector({ name, dim, unitLength }: VectorEncoding, column: VectorColumn): EncodedField {
  const numRows = column.dim === 0 ? 0 : column.numbers.length / column.dim;
  if (column.dim !== dim) {
    throw new DataError('DATA_VECTOR_LENGTH', `"${name}": expected vectors of ${dim} numbers, got ${column.dim}`);
  }
  const rows = new EncodedRows(numRows, column.numbers.length);
  for (let row = 0; row < numRows; row++) {
    const numbers = column.numbers.subarray(row * dim, (row + 1) * dim);
    if (Number.isNaN(numbers[0])) rows.addMissing();
    else rows.addDense(FIRST_VALUE, unitLength ? scaledToLength1(numbers) : numbers);
  }
  return rows.finish(name, FIRST_VALUE + dim);
}

/** Zeros stay zeros. */
function scaledToLength1(numbers: Float32Array): Float32Array {
  let squares = 0;
  for (const number of numbers) squares += number * number;
  return squares === 0 ? numbers : numbers.map((number) => number / Math.sqrt(squares));
}
