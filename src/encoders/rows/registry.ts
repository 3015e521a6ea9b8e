/** Every kind of layer-0 rows by name; see `rows.ts` for what a row says. */
import { z } from 'zod';
import { schemasOf } from '../../core/schemas-of.js';
import { historyRows } from './history.js';
import type { RowsKind } from './rows.js';
import { tableRows } from './table.js';
import { towerRows } from './tower/tower-rows.js';

export const ROWS = Object.freeze({ table: tableRows, history: historyRows, tower: towerRows });
export type RowsName = keyof typeof ROWS;
export const ROWS_NAMES = Object.keys(ROWS) as RowsName[];

/** The registry's kinds, or others over it. */
export type RowsTable = Readonly<Record<string, RowsKind>>;

/** Whether nodes hear their rows from their neighbours; see `Rows.hears`. */
export function rowsHear(rows: RowsOptions, table: RowsTable = ROWS): boolean {
  return table[rows.name].hears(rows);
}

/** One kind's options, told apart by `name`; the type is that of the registry's. */
export const rowsSchemaOf = (rows: typeof ROWS) => z.discriminatedUnion('name', schemasOf(rows));
export type RowsOptions = z.infer<ReturnType<typeof rowsSchemaOf>>;
