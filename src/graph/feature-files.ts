/**
 * Feature tables in a graph folder: one JSON file with names, kinds and strings, one array file per coded column,
 * numbered (column names may hold anything). What the encoding of a column was asked to be stands in the JSON.
 */

import { z } from 'zod';
import { DataError } from '../core/errors.js';
import { recordOf } from '../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable, MultiValuedColumn, VectorColumn } from '../data/feature-table.js';
import { FIELD_KINDS, fieldOptionsSchema } from '../data/fields/field-options.js';
import {
  areBelow,
  areStrings,
  type FileBytes,
  needArray,
  needJson,
  putArray,
  putJson,
  takeArray,
} from './array-files.js';

const columnSchema = z.looseObject({
  name: z.string(),
  kind: z.enum(FIELD_KINDS),
  /** Category values, or the texts themselves. */
  strings: z.custom<readonly string[]>(areStrings).optional(),
  /** Length of vectors. */
  dim: z.int().min(1).optional(),
  options: fieldOptionsSchema.optional(),
});
type ColumnHeader = z.output<typeof columnSchema>;

const tableSchema = z.looseObject({ numRows: z.int().min(0), columns: z.array(columnSchema) });
type TableHeader = z.output<typeof tableSchema>;
const isTableHeader = (value: unknown): value is TableHeader => tableSchema.safeParse(value).success;

/** Puts `<stem>.json` and `<stem>.<column number>.*`; nothing for an absent table. */
export function putFeatures(files: FileBytes, stem: string, table: FeatureTable | undefined): void {
  if (!table) return;
  const headers = Object.entries(table.columns).map(([name, column], number): ColumnHeader => {
    const { strings, dim } = putColumn(files, `${stem}.${number}`, column);
    return { name, kind: column.kind, strings, dim, options: column.options };
  });
  putJson(files, `${stem}.json`, { numRows: table.numRows, columns: headers });
}

/** Puts the arrays of a column; returns what of it goes into the header. */
function putColumn(files: FileBytes, at: string, column: FeatureColumn): Pick<ColumnHeader, 'strings' | 'dim'> {
  switch (column.kind) {
    case 'categorical':
      putArray(files, `${at}.codes`, 'i32', column.codes);
      return { strings: column.values };
    case 'multi-valued':
      putArray(files, `${at}.offsets`, 'i32', column.offsets);
      putArray(files, `${at}.codes`, 'i32', column.codes);
      putArray(files, `${at}.weights`, 'f32', column.weights);
      return { strings: column.values };
    case 'numeric':
      putArray(files, `${at}.numbers`, 'f64', column.numbers);
      return {};
    case 'text':
      return { strings: column.texts };
    case 'vector':
      putArray(files, `${at}.vectors`, 'f32', column.numbers);
      return { dim: column.dim };
    case 'time':
      putArray(files, `${at}.seconds`, 'f64', column.seconds);
      return {};
  }
}

/** The table under `stem`, or undefined when there is none. */
export function takeFeatures(files: FileBytes, stem: string): FeatureTable | undefined {
  if (!files.has(`${stem}.json`)) return undefined;
  const { numRows, columns } = needJson(files, `${stem}.json`, isTableHeader, 'rows and columns of features');
  const entries = columns.map((header, number) => {
    const damaged = (what: string): DataError =>
      new DataError('GRAPH_DAMAGED', `${stem}, column "${header.name}": ${what}`);
    if (header.options !== undefined && header.options.kind !== header.kind) {
      throw damaged(`it is ${header.kind}, and its options are of ${header.options.kind}`);
    }
    const column = takeColumn(files, `${stem}.${number}`, header);
    const problem = problemOf(column);
    if (problem !== undefined) throw damaged(problem);
    const rows = rowsOf(column);
    if (rows !== numRows) throw damaged(`expected ${numRows} rows, got ${rows}`);
    return [header.name, column] as const;
  });
  const names = new Set(columns.map(({ name }) => name));
  if (names.size < columns.length) throw new DataError('GRAPH_DAMAGED', `${stem}: two columns have the same name`);
  return { numRows, columns: recordOf(entries) };
}

function takeColumn(files: FileBytes, at: string, header: ColumnHeader): FeatureColumn {
  const { kind, strings = [], dim = 1, options } = header;
  const column = takeArrays(files, at, kind, strings, dim);
  // of the same kind: looked at before
  return options === undefined ? column : ({ ...column, options } as FeatureColumn);
}

function takeArrays(
  files: FileBytes,
  at: string,
  kind: FeatureColumn['kind'],
  strings: readonly string[],
  dim: number,
): FeatureColumn {
  switch (kind) {
    case 'categorical':
      return { kind, codes: needArray(files, `${at}.codes`, 'i32'), values: strings };
    case 'multi-valued': {
      const weights = takeArray(files, `${at}.weights`, 'f32');
      return {
        kind,
        offsets: needArray(files, `${at}.offsets`, 'i32'),
        codes: needArray(files, `${at}.codes`, 'i32'),
        values: strings,
        ...(weights && { weights }),
      };
    }
    case 'numeric':
      return { kind, numbers: needArray(files, `${at}.numbers`, 'f64') };
    case 'text':
      return { kind, texts: strings };
    case 'vector':
      return { kind, dim, numbers: needArray(files, `${at}.vectors`, 'f32') };
    case 'time':
      return { kind, seconds: needArray(files, `${at}.seconds`, 'f64') };
  }
}

function problemOf(column: FeatureColumn): string | undefined {
  switch (column.kind) {
    case 'categorical':
      if (!areBelow(column.codes, column.values.length, -1)) return 'its codes are not those of its values';
      return problemOfValues(column.values);
    case 'multi-valued':
      return problemOfLists(column) ?? problemOfValues(column.values);
    case 'vector':
      return areVectors(column) ? undefined : `they are not vectors of ${column.dim} numbers`;
    case 'time':
      return column.seconds.every((instant) => Math.abs(instant) !== Number.POSITIVE_INFINITY)
        ? undefined
        : 'an instant is infinite';
    default:
      return undefined;
  }
}

/** A value that has two codes would be found under the first alone. */
function problemOfValues(values: readonly string[]): string | undefined {
  return new Set(values).size === values.length ? undefined : 'it has one of its values twice';
}

function problemOfLists({ offsets, codes, values, weights }: MultiValuedColumn): string | undefined {
  const rise =
    offsets.length > 0 && offsets[0] === 0 && offsets.every((offset, i) => i === 0 || offset >= offsets[i - 1]);
  if (!rise || offsets[offsets.length - 1] !== codes.length || !areBelow(codes, values.length)) {
    return 'its codes are not those of its values';
  }
  if (weights === undefined) return undefined;
  const arePositive = weights.every((weight) => weight > 0 && weight < Number.POSITIVE_INFINITY);
  return weights.length === codes.length && arePositive ? undefined : 'its weights are not those of its codes';
}

/** Rows are all finite, or NaN throughout. */
function areVectors({ dim, numbers }: VectorColumn): boolean {
  if (numbers.length % dim !== 0) return false;
  return numbers.every((number, at) => {
    const first = numbers[at - (at % dim)];
    return Number.isNaN(first) ? Number.isNaN(number) : Number.isFinite(number);
  });
}

function rowsOf(column: FeatureColumn): number {
  switch (column.kind) {
    case 'categorical':
      return column.codes.length;
    case 'multi-valued':
      return column.offsets.length - 1;
    case 'numeric':
      return column.numbers.length;
    case 'text':
      return column.texts.length;
    case 'vector':
      return column.numbers.length / column.dim;
    case 'time':
      return column.seconds.length;
  }
}
