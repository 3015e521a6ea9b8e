/** Puts the rows of one table into a store, in order and in batches, from the first one that may be missing. */

import type { SideRows } from './bundle-rows.js';
import type { Payload } from './payload.js';
import { type Retrying, retried } from './retry.js';
import type { TargetRow, TargetTable, VectorTarget } from './vector-target.js';

/**
 * Batches go in one after another, so that of the rows of an earlier, killed load all are there up to some batch, which may be there
 * in part. It is put in again.
 *
 * @param there rows in the table
 * @returns rows that needn't be put in
 */
function rowsToSkip(there: number, batchSize: number): number {
  return Math.max(0, Math.floor(there / batchSize) - 1) * batchSize;
}

interface LoadOptions extends Retrying {
  /** Rows a call. */
  readonly batchSize: number;
}

/** @returns the row that it went on from */
export async function loadTable(
  target: VectorTarget,
  table: TargetTable,
  { rows, payload }: { readonly rows: SideRows; readonly payload: Payload | undefined },
  options: LoadOptions,
): Promise<number> {
  const { reporter, batchSize } = options;
  const there = await retried('opening the table', () => target.open(table), options);
  const start = rowsToSkip(Math.min(there, table.rows), batchSize);
  const progress = reporter.progress(
    `${table.side}s to ${target.place}`,
    table.rows,
    table.side === 'item' ? 'items' : 'users',
  );
  for (let first = start; first < table.rows; first += batchSize) {
    const batch = rowsFrom(table, { rows, payload }, first, Math.min(table.rows, first + batchSize));
    await retried(
      `writing ${table.side}s ${first} to ${first + batch.length - 1}`,
      () => target.upsert(table, batch),
      options,
    );
    progress.update(first + batch.length);
  }
  progress.finish();
  return start;
}

function rowsFrom(
  { embeddingDim }: TargetTable,
  { rows: { ids, vectors }, payload }: { readonly rows: SideRows; readonly payload: Payload | undefined },
  first: number,
  end: number,
): TargetRow[] {
  return ids.slice(first, end).map((id, i) => ({
    id,
    vector: vectors.subarray((first + i) * embeddingDim, (first + i + 1) * embeddingDim),
    payload: payload?.values[first + i] ?? [],
  }));
}
