/**
 * Feature table rows as plain objects (what a graphology node carries in `features`) and back.
 */

import { DataError } from '../core/errors.js';
import { ownValue, recordOf } from '../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable } from '../data/feature-table.js';

/** Text or category, number, or the values of a multi-valued column. Missing values are left out of the object. */
export type FeatureValue = string | number | readonly string[];
export type FeatureValues = Readonly<Record<string, FeatureValue>>;

/** Row `row` of the table as `{ column: value }`. */
export function featuresAt(table: FeatureTable, row: number): FeatureValues {
  const entries: [string, FeatureValue][] = [];
  for (const [name, column] of Object.entries(table.columns)) {
    const value = valueAt(column, row);
    if (value !== undefined) entries.push([name, value]);
  }
  return recordOf(entries);
}

function valueAt(column: FeatureColumn, row: number): FeatureValue | undefined {
  switch (column.kind) {
    case 'categorical':
      return column.codes[row] < 0 ? undefined : column.values[column.codes[row]];
    case 'numeric':
      return Number.isNaN(column.numbers[row]) ? undefined : column.numbers[row];
    case 'text':
      return column.texts[row] === '' ? undefined : column.texts[row];
    case 'multi-valued': {
      const codes = column.codes.subarray(column.offsets[row], column.offsets[row + 1]);
      return codes.length === 0 ? undefined : Array.from(codes, (code) => column.values[code]);
    }
  }
}

/** Columns whose strings are shown and never modelled. */
const TEXT_NAMES = new Set(['title', 'name', 'text', 'description']);

/**
 * Builds a table from one object a row. A column of numbers is numeric, of lists multi-valued; strings are categorical,
 * but text under the names title, name, text and description. Category values are in order of first appearance.
 *
 * @returns undefined when no row has any value.
 * @throws DataError `GRAPH_FEATURE_KIND` when one column mixes kinds.
 */
export function featureTableFromObjects(rows: readonly (FeatureValues | undefined)[]): FeatureTable | undefined {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row ?? {})) names.add(name);
  if (names.size === 0) return undefined;
  const columns = [...names].map((name) => [name, columnFrom(name, rows)] as const);
  return { numRows: rows.length, columns: recordOf(columns) };
}

function columnFrom(name: string, rows: readonly (FeatureValues | undefined)[]): FeatureColumn {
  const values = rows.map((row) => ownValue(row, name));
  const kinds = new Set(values.filter((value) => value !== undefined).map(kindOf));
  if (kinds.size > 1 || kinds.has('other')) {
    throw new DataError(
      'GRAPH_FEATURE_KIND',
      `node feature "${name}": expected only numbers, only strings or only lists of strings, got ${[...kinds].join(' and ')}`,
    );
  }
  const codeOf = new Map<string, number>();
  const code = (value: string): number => {
    if (!codeOf.has(value)) codeOf.set(value, codeOf.size);
    return codeOf.get(value)!;
  };
  if (kinds.has('number')) {
    return { kind: 'numeric', numbers: Float64Array.from(values, (value) => (value as number | undefined) ?? NaN) };
  }
  if (kinds.has('list')) {
    const lists = values.map((value) => ((value as readonly string[] | undefined) ?? []).map(code));
    const offsets = new Int32Array(rows.length + 1);
    for (const [row, list] of lists.entries()) offsets[row + 1] = offsets[row] + list.length;
    return { kind: 'multi-valued', offsets, codes: Int32Array.from(lists.flat()), values: [...codeOf.keys()] };
  }
  const strings = values as (string | undefined)[];
  if (TEXT_NAMES.has(name.toLowerCase())) return { kind: 'text', texts: strings.map((value) => value ?? '') };
  const codes = Int32Array.from(strings, (value) => (value === undefined ? -1 : code(value)));
  return { kind: 'categorical', codes, values: [...codeOf.keys()] };
}

function kindOf(value: unknown): 'number' | 'string' | 'list' | 'other' {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? 'list' : 'other';
}
