/**
 * Feature tables in a graph folder: one JSON file with names, kinds and strings, one array file per coded column,
 * numbered (column names may hold anything).
 */

import { z } from 'zod';
import { DataError } from '../core/errors.js';
import { recordOf } from '../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable } from '../data/feature-table.js';
import { areBelow, areStrings, type FileBytes, needArray, needJson, putArray, putJson } from './array-files.js';

interface ColumnHeader {
  readonly name: string;
  readonly kind: FeatureColumn['kind'];
  /** Category values, or the texts themselves. */
  readonly strings?: readonly string[];
}

/** Puts `<stem>.json` and `<stem>.<column number>.*`; nothing for an absent table. */
export function putFeatures(files: FileBytes, stem: string, table: FeatureTable | undefined): void {
  if (!table) return;
  const headers = Object.entries(table.columns).map(([name, column], number) => ({
    name,
    kind: column.kind,
    strings: putColumn(files, `${stem}.${number}`, column),
  }));
  putJson(files, `${stem}.json`, { numRows: table.numRows, columns: headers });
}

/** Puts the arrays of a column; returns its strings, if it has any. */
function putColumn(files: FileBytes, at: string, column: FeatureColumn): readonly string[] | undefined {
  switch (column.kind) {
    case 'categorical':
      putArray(files, `${at}.codes`, 'i32', column.codes);
      return column.values;
    case 'multi-valued':
      putArray(files, `${at}.offsets`, 'i32', column.offsets);
      putArray(files, `${at}.codes`, 'i32', column.codes);
      return column.values;
    case 'numeric':
      putArray(files, `${at}.numbers`, 'f64', column.numbers);
      return undefined;
    case 'text':
      return column.texts;
  }
}

const tableSchema = z.looseObject({
  numRows: z.int().min(0),
  columns: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.enum(['categorical', 'multi-valued', 'numeric', 'text']),
      strings: z.custom<string[]>(areStrings).optional(),
    }),
  ),
});
type TableHeader = { readonly numRows: number; readonly columns: readonly ColumnHeader[] };
const isTableHeader = (value: unknown): value is TableHeader => tableSchema.safeParse(value).success;

/** The table under `stem`, or undefined when there is none. */
export function takeFeatures(files: FileBytes, stem: string): FeatureTable | undefined {
  if (!files.has(`${stem}.json`)) return undefined;
  const { numRows, columns } = needJson(files, `${stem}.json`, isTableHeader, 'rows and columns of features');
  const entries = columns.map((header, number) => {
    const column = takeColumn(files, `${stem}.${number}`, header);
    const rows = rowsOf(column);
    if (!areCodesOfValues(column)) {
      throw new DataError('GRAPH_DAMAGED', `${stem}, column "${header.name}": its codes are not those of its values`);
    }
    if (rows !== numRows) {
      throw new DataError('GRAPH_DAMAGED', `${stem}, column "${header.name}": expected ${numRows} rows, got ${rows}`);
    }
    return [header.name, column] as const;
  });
  return { numRows, columns: recordOf(entries) };
}

function takeColumn(files: FileBytes, at: string, { kind, strings = [] }: ColumnHeader): FeatureColumn {
  switch (kind) {
    case 'categorical':
      return { kind, codes: needArray(files, `${at}.codes`, 'i32'), values: strings };
    case 'multi-valued':
      return {
        kind,
        offsets: needArray(files, `${at}.offsets`, 'i32'),
        codes: needArray(files, `${at}.codes`, 'i32'),
        values: strings,
      };
    case 'numeric':
      return { kind, numbers: needArray(files, `${at}.numbers`, 'f64') };
    case 'text':
      return { kind, texts: strings };
  }
}

function areCodesOfValues(column: FeatureColumn): boolean {
  if (column.kind === 'categorical') return areBelow(column.codes, column.values.length, -1);
  if (column.kind !== 'multi-valued') return true;
  const { offsets, codes, values } = column;
  const rise =
    offsets.length > 0 && offsets[0] === 0 && offsets.every((offset, i) => i === 0 || offset >= offsets[i - 1]);
  return rise && offsets[offsets.length - 1] === codes.length && areBelow(codes, values.length);
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
  }
}
