/**
 * How a column becomes an EncodedField: statistics that are fitted once, on the entities that training sees, and then
 * frozen. An encoding is plain JSON; it is stored with the graph and goes into bundles, so that a row which comes a year
 * later is encoded as it would have been then.
 */
import { z } from 'zod';
import { ConfigError } from '../../core/errors.js';
import type { FeatureColumn } from '../feature-table.js';
import { categoricalEncoding, encodeCategorical, fitCategorical } from './categorical-field.js';
import type { EncodedField } from './encoded-field.js';
import type { FeatureCell } from './feature-cell.js';
import { columnOfCells, type OnBadCell, type OnWrongCell } from './feature-cells.js';
import { defaultOptions, type FieldOptions } from './field-options.js';
import { encodeMultiValued, fitMultiValued, multiValuedEncoding } from './multi-valued-field.js';
import { encodeNumeric, fitNumeric, numericEncoding } from './numeric-field.js';
import { encodeText, fitText, textEncoding } from './text-field.js';
import { encodeTime, fitTime, timeEncoding } from './time-field.js';
import { encodeVector, fitVector, vectorEncoding } from './vector-field.js';

/** What a stored encoding must be. */
export const fieldEncodingSchema = z.discriminatedUnion('kind', [
  categoricalEncoding,
  multiValuedEncoding,
  numericEncoding,
  textEncoding,
  vectorEncoding,
  timeEncoding,
]);

/** A discriminated union by `kind`. */
export type FieldEncoding = z.output<typeof fieldEncodingSchema>;

/**
 * @param name of the column
 * @param options what was asked of the encoding; the defaults of the column's kind where undefined
 * @param fitRows rows whose statistics count: the entities with a training edge, `[numFitRows]`
 * @throws ConfigError `CONFIG_FEATURES` for options of another kind
 */
export function fitField(
  name: string,
  column: FeatureColumn,
  options: FieldOptions | undefined,
  fitRows: Int32Array,
): FieldEncoding {
  const asked = options ?? defaultOptions(column.kind);
  if (column.kind === 'categorical' && asked.kind === column.kind) return fitCategorical(name, column, asked, fitRows);
  if (column.kind === 'multi-valued' && asked.kind === column.kind) return fitMultiValued(name, column, asked, fitRows);
  if (column.kind === 'numeric' && asked.kind === column.kind) return fitNumeric(name, column, asked, fitRows);
  if (column.kind === 'text' && asked.kind === column.kind) return fitText(name, column, asked, fitRows);
  if (column.kind === 'vector' && asked.kind === column.kind) return fitVector(name, column, asked);
  if (column.kind === 'time' && asked.kind === column.kind) return fitTime(name, column, asked, fitRows);
  throw otherKind(name, asked.kind, column.kind);
}

/**
 * @returns a row an entity of the column
 * @throws ConfigError `CONFIG_FEATURES` for a column of another kind, DataError `DATA_VECTOR_LENGTH`
 */
export function encodeField(encoding: FieldEncoding, column: FeatureColumn): EncodedField {
  if (encoding.kind === 'categorical' && column.kind === encoding.kind) return encodeCategorical(encoding, column);
  if (encoding.kind === 'multi-valued' && column.kind === encoding.kind) return encodeMultiValued(encoding, column);
  if (encoding.kind === 'numeric' && column.kind === encoding.kind) return encodeNumeric(encoding, column);
  if (encoding.kind === 'text' && column.kind === encoding.kind) return encodeText(encoding, column);
  if (encoding.kind === 'vector' && column.kind === encoding.kind) return encodeVector(encoding, column);
  if (encoding.kind === 'time' && column.kind === encoding.kind) return encodeTime(encoding, column);
  throw otherKind(encoding.name, encoding.kind, column.kind);
}

/**
 * Values that come from outside, a cell an entity, as they would have been encoded in the graph.
 *
 * @param cells undefined, null and '' are missing
 * @param onBadCell told of cells that are no number or no instant, which count as missing
 * @param onWrongCell told of vectors of another length and of weights that are none; if it returns, they count as missing too
 * @throws DataError `DATA_FEATURE_CELL` for vectors of another length and for weights that are none, with the row from 0, where there is no
 * `onWrongCell`
 */
export function encodeCells(
  encoding: FieldEncoding,
  cells: readonly (FeatureCell | undefined)[],
  onBadCell?: OnBadCell,
  onWrongCell?: OnWrongCell,
): EncodedField {
  return encodeField(encoding, columnOfCells(encoding, cells, onBadCell, onWrongCell));
}

function otherKind(name: string, expected: string, got: string): ConfigError {
  return new ConfigError('CONFIG_FEATURES', `feature "${name}": expected a ${expected} column, got a ${got} one`);
}
