/** Rows of features as they come from outside: what is refused, and what of them the model has seen. */
import { DataError } from '../../core/errors.js';
import { type EncodedField, MISSING_VALUE, UNSEEN_VALUE } from '../../data/fields/encoded-field.js';
import type { FeatureCell } from '../../data/fields/feature-cell.js';
import type { FieldEncoding } from '../../data/fields/field-encoding.js';

/** Column → what stands there; undefined, null and '' are missing, like a column that is absent. */
export type FeatureRow = Readonly<Record<string, FeatureCell | undefined>>;

const EXPECTED: Readonly<Partial<Record<FieldEncoding['kind'], string>>> = {
  numeric: 'a number',
  time: 'an ISO date or seconds since 1970',
};

/** What a cell of the column should have been. */
export const expectedOf = ({ kind }: FieldEncoding): string => EXPECTED[kind] ?? 'a value';

/** @throws DataError `DATA_FEATURE_CELL` */
export function refuseWrongCell(encoding: FieldEncoding, row: number, cell: unknown): never {
  throw wrongCell(encoding.name, row, `expected ${expectedOf(encoding)}, got ${JSON.stringify(cell)?.slice(0, 60)}`);
}

/** @throws DataError `DATA_FEATURE_CELL` for what is no row of cells */
export function refuseWrongRow(row: FeatureRow, number: number): void {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    const message = `row ${number}: expected an object of columns, got ${JSON.stringify(row)?.slice(0, 60)}`;
    throw new DataError('DATA_FEATURE_CELL', message);
  }
  for (const [name, cell] of Object.entries(row)) {
    if (isCell(cell)) continue;
    const came = JSON.stringify(cell)?.slice(0, 60) ?? typeof cell;
    throw wrongCell(name, number, `expected a text, a number, true or false, or a list of those, got ${came}`);
  }
}

function wrongCell(column: string, row: number, problem: string): DataError {
  return new DataError('DATA_FEATURE_CELL', `feature "${column}", row ${row}: ${problem}`);
}

function isCell(cell: unknown): boolean {
  const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
  if (cell === undefined || cell === null || isPlain(cell) || cell instanceof Float32Array) return true;
  return Array.isArray(cell) && cell.every(isPlain);
}

/** What a column says of some rows. */
interface ColumnFacts {
  readonly name: string;
  /** Rows without a value in it. */
  readonly numMissing: number;
  /** Rows all of whose values in it are ones that training did not see. */
  readonly numUnseen: number;
}

/** @param fields `[numRows]` rows each */
export function factsOfColumns(fields: readonly EncodedField[]): ColumnFacts[] {
  return fields.map((field) => {
    const counts = [0, 0];
    for (let row = 0; row + 1 < field.offsets.length; row++) {
      const special = specialValue(field, row);
      if (special !== undefined) counts[special]++;
    }
    return { name: field.name, numMissing: counts[MISSING_VALUE], numUnseen: counts[UNSEEN_VALUE] };
  });
}

/** Whether training knows anything of what the row holds: a value of one column at least. */
export function isKnownRow(fields: readonly EncodedField[], row: number): boolean {
  return fields.some((field) => specialValue(field, row) === undefined);
}

/** Whether the row has values in a column none of which training saw. */
export function hasUnseen(fields: readonly EncodedField[], row: number): boolean {
  return fields.some((field) => specialValue(field, row) === UNSEEN_VALUE);
}

function specialValue(
  { offsets, columns }: EncodedField,
  row: number,
): typeof MISSING_VALUE | typeof UNSEEN_VALUE | undefined {
  const value = columns[offsets[row]];
  return value === MISSING_VALUE || value === UNSEEN_VALUE ? value : undefined;
}
