/** Every kind of layer-0 rows by name: its option schema, its variables, how to make it, and what `explain` says about it. */
import type { Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import { historyRows, historyRowsSchema } from './history.js';
import type { NodeCounts, Rows, RowsKind } from './rows.js';
import { tableRows, tableRowsSchema } from './table.js';

export const ROWS = Object.freeze({ table: tableRows, history: historyRows });
export type RowsName = keyof typeof ROWS;
export const ROWS_NAMES = Object.keys(ROWS) as RowsName[];

/** One kind's options, told apart by `name`. */
export const rowsSchema = z.discriminatedUnion('name', [tableRowsSchema, historyRowsSchema]);
export type RowsOptions = z.infer<typeof rowsSchema>;

// the union and the table have the same keys, which the type system can't follow through the index
export const rowsKind = ({ name }: RowsOptions): RowsKind<RowsOptions> => ROWS[name] as RowsKind<RowsOptions>;

export function createRows(
  variables: Readonly<Record<string, Variable>>,
  options: RowsOptions,
  nodes: NodeCounts,
): Rows {
  return rowsKind(options).create(variables, options, nodes);
}
