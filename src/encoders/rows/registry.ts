/** Every kind of layer-0 rows by name; see `rows.ts` for what a row says. */
import { z } from 'zod';
import { schemasOf } from '../../core/schemas-of.js';
import { historyRows } from './history.js';
import type { RowsKind } from './rows.js';
import { tableRows } from './table.js';

export const ROWS = Object.freeze({ table: tableRows, history: historyRows });
export type RowsName = keyof typeof ROWS;
export const ROWS_NAMES = Object.keys(ROWS) as RowsName[];

/** The registry's kinds, or others over it. */
export type RowsTable = Readonly<Record<string, RowsKind>>;

/** One kind's options, told apart by `name`; the type is that of the registry's. */
export const rowsSchemaOf = (rows: typeof ROWS) => z.discriminatedUnion('name', schemasOf(rows));
export type RowsOptions = z.infer<ReturnType<typeof rowsSchemaOf>>;
