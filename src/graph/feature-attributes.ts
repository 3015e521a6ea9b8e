/**
 * Feature table rows as plain objects (what a graphology node carries in `features`) and back.
 */

import { DataError } from '../core/errors.js';
import { ownValue, recordOf } from '../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable, VectorColumn } from '../data/feature-table.js';
import { Vocabulary } from '../data/vocabulary.js';

/**
 * Text or category, number, the values of a multi-valued column or the weight of each, a vector, or an instant. Missing values
 * are left out of the object.
 */
export type FeatureValue =
  | string
  | number
  | readonly string[]
  | Readonly<Record<string, number>>
  | readonly number[]
  | Date;
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
    case 'time':
      return Number.isNaN(column.seconds[row]) ? undefined : new Date(1000 * column.seconds[row]);
    case 'vector': {
      const numbers = column.numbers.subarray(row * column.dim, (row + 1) * column.dim);
      return Number.isNaN(numbers[0]) ? undefined : [...numbers];
    }
    case 'multi-valued': {
      const [start, end] = [column.offsets[row], column.offsets[row + 1]];
      const values = Array.from(column.codes.subarray(start, end), (code) => column.values[code]);
      if (values.length === 0) return undefined;
      const { weights } = column;
      return weights ? recordOf(values.map((value, i) => [value, weights[start + i]] as const)) : values;
    }
  }
}

/** Columns whose strings are texts. */
const TEXT_NAMES = new Set(['title', 'name', 'text', 'description']);

/**
 * Builds a table from one object a row. A column of numbers is numeric, of lists of strings (or of objects value → weight)
 * multi-valued, of lists of numbers a vector, of dates a time; strings are categorical, but text under the names title, name,
 * text and description. Category values are in order of first appearance.
 *
 * @returns undefined when no row has any value.
 * @throws DataError `GRAPH_FEATURE_KIND` when one column mixes kinds, or vectors of different lengths.
 */
export function featureTableFromObjects(rows: readonly (FeatureValues | undefined)[]): FeatureTable | undefined {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row ?? {})) names.add(name);
  if (names.size === 0) return undefined;
  const columns = [...names].map((name) => [name, columnFrom(name, rows)] as const);
  return { numRows: rows.length, columns: recordOf(columns) };
}

const FORMS = {
  numbers: (value: unknown) => typeof value === 'number',
  strings: (value: unknown) => typeof value === 'string',
  'lists of strings': (value: unknown) => Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
  'lists of numbers': (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(Number.isFinite),
  dates: (value: unknown) => value instanceof Date && Number.isFinite(value.getTime()),
  'weights of strings': (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isWeight),
};
type Form = keyof typeof FORMS;

const isWeight = (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0;

function columnFrom(name: string, rows: readonly (FeatureValues | undefined)[]): FeatureColumn {
  const values = rows.map((row) => ownValue(row, name));
  const forms = new Set(values.filter((value) => value !== undefined).map(formOf));
  const [form = 'strings'] = forms;
  if (forms.size > 1 || form === 'other') {
    const expected = Object.keys(FORMS).join(', ');
    throw new DataError(
      'GRAPH_FEATURE_KIND',
      `node feature "${name}": expected values of one form (${expected}), got ${[...forms].join(' and ')}`,
    );
  }
  switch (form) {
    case 'numbers':
      return {
        kind: 'numeric',
        numbers: Float64Array.from(values, (value) => (value as number | undefined) ?? Number.NaN),
      };
    case 'dates': {
      const seconds = Float64Array.from(values, (value) => (value === undefined ? Number.NaN : Number(value) / 1000));
      return { kind: 'time', seconds };
    }
    case 'lists of numbers':
      return vectorColumn(name, values as (readonly number[] | undefined)[]);
    case 'lists of strings': {
      const lists = values as (readonly string[] | undefined)[];
      return multiValuedColumn(lists.map((list) => [...new Set(list)].map((value) => [value, 1] as const))).column;
    }
    case 'weights of strings': {
      const lists = values as (Readonly<Record<string, number>> | undefined)[];
      const { column, weights } = multiValuedColumn(lists.map((list) => Object.entries(list ?? {})));
      return { ...column, weights };
    }
    case 'strings': {
      const strings = values as (string | undefined)[];
      if (TEXT_NAMES.has(name.toLowerCase())) return { kind: 'text', texts: strings.map((value) => value ?? '') };
      const known = new Vocabulary();
      const codes = Int32Array.from(strings, (value) => (value === undefined ? -1 : known.add(value)));
      return { kind: 'categorical', codes, values: known.ids };
    }
  }
}

function formOf(value: unknown): Form | 'other' {
  return (Object.keys(FORMS) as Form[]).find((form) => FORMS[form](value)) ?? 'other';
}

function vectorColumn(name: string, vectors: readonly (readonly number[] | undefined)[]): VectorColumn {
  const dim = vectors.find((vector) => vector !== undefined)!.length;
  const numbers = new Float32Array(vectors.length * dim).fill(Number.NaN);
  for (const [row, vector] of vectors.entries()) {
    if (vector !== undefined && vector.length !== dim) {
      const message = `node feature "${name}": expected ${dim} numbers as in the first list, got ${vector.length}`;
      throw new DataError('GRAPH_FEATURE_KIND', message);
    }
    numbers.set(vector ?? [], row * dim);
  }
  return { kind: 'vector', dim, numbers };
}

function multiValuedColumn(lists: readonly (readonly (readonly [string, number])[])[]) {
  const known = new Vocabulary();
  const offsets = new Int32Array(lists.length + 1);
  for (const [row, list] of lists.entries()) offsets[row + 1] = offsets[row] + list.length;
  const entries = lists.flat();
  const codes = Int32Array.from(entries, ([value]) => known.add(value));
  const weights = Float32Array.from(entries, ([, weight]) => weight);
  return { column: { kind: 'multi-valued', offsets, codes, values: known.ids } as const, weights };
}
