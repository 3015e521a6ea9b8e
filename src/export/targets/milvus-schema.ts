/** Collections of Milvus as publishing makes them, and texts in its expressions. */
import type { FieldDescription } from './milvus-connection.js';
import type { PayloadColumn, TargetTable } from './vector-target.js';

/** Of a VarChar, in bytes. */
export const LONGEST_TEXT = 65_535;
const MOST_LIST_VALUES = 4_096;
const FIELD_TYPES = {
  text: { data_type: 'VarChar', max_length: LONGEST_TEXT },
  number: { data_type: 'Double' },
  list: { data_type: 'Array', element_type: 'VarChar', max_capacity: MOST_LIST_VALUES, max_length: LONGEST_TEXT },
} as const;

export interface Field {
  readonly name: string;
  readonly data_type: string;
  readonly [option: string]: unknown;
}

/** Of the records of versions. */
export const CATALOGUE_FIELDS: readonly Field[] = Object.freeze([
  { name: 'id', data_type: 'VarChar', max_length: 16, is_primary_key: true },
  // a collection must have one
  { name: 'vector', data_type: 'FloatVector', dim: 2 },
  { name: 'record', ...FIELD_TYPES.text },
]);

export const fieldsOf = ({ embeddingDim, columns }: TargetTable): Field[] => [
  { name: 'id', ...FIELD_TYPES.text, is_primary_key: true },
  { name: 'vector', data_type: 'FloatVector', dim: embeddingDim },
  ...columns.map(({ name, kind }: PayloadColumn) => ({ name, ...FIELD_TYPES[kind], nullable: true })),
];

/** A field in an error. */
export const told = ({ name, data_type, dim }: Field): string =>
  `${name} ${data_type}${dim === undefined ? '' : `[${dim}]`}`;

export function toldField({ name, data_type, type_params: params }: FieldDescription): string {
  const dim = params.find(({ key }) => key === 'dim')?.value;
  return told({ name, data_type, ...(dim !== undefined && { dim }) });
}

/** As the expression language reads it: no \u. */
export function milvusText(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[\n\r\t]/g, (character) => escapes[character])}"`;
}
