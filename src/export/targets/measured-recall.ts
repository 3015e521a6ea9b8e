/**
 * Searches a store back: for a sample of users, which share of the exact top K a search finds. Exact is every inner product in
 * double precision (`verify-index.ts`); an item whose score equals the K-th within rounding counts as found.
 */
import { rankExactly } from '../verify-index.js';
import type { SideRows } from './bundle-rows.js';
import type { TargetTable, VectorTarget } from './vector-target.js';

export interface MeasuredRecall {
  /** Users that were searched for; those whose vectors are all zeros rank nothing and are passed over. */
  readonly users: number;
  readonly topK: number;
  /** Mean over users; 1 where there is nothing to search. */
  readonly recall: number;
}

export async function measureRecall(
  target: Pick<VectorTarget, 'search'>,
  table: TargetTable,
  { items, users, efSearch }: { readonly items: SideRows; readonly users: SideRows; readonly efSearch: number },
): Promise<MeasuredRecall> {
  const { embeddingDim } = table;
  const truth = rankExactly({ users: rowsNotZero(users.vectors, embeddingDim), items: items.vectors, embeddingDim });
  const { topK } = truth;
  const queries = Array.from({ length: truth.queries.length / embeddingDim }, (_, query) =>
    truth.queries.subarray(query * embeddingDim, (query + 1) * embeddingDim),
  );
  if (queries.length === 0 || topK === 0) return { users: 0, topK, recall: 1 };
  const found = await target.search(table, queries, { topK, efSearch });
  const rowOf = new Map(items.ids.map((id, row) => [id, row]));
  const longest = table.longest;
  let hits = 0;
  for (const [query, vector] of queries.entries()) {
    const tolerance = 2 * embeddingDim * 2 ** -24 * Math.hypot(...vector) * longest;
    const least = truth.scores[(query + 1) * topK - 1] - tolerance;
    for (const id of new Set(found[query])) {
      const row = rowOf.get(id);
      if (row !== undefined && product(vector, items.vectors, row * embeddingDim) >= least) hits++;
    }
  }
  return { users: queries.length, topK, recall: hits / (queries.length * topK) };
}

function rowsNotZero(vectors: Float32Array, width: number): Float32Array {
  const rows: number[] = [];
  for (let start = 0; start < vectors.length; start += width) {
    if (vectors.subarray(start, start + width).some((value) => value !== 0)) rows.push(start);
  }
  const kept = new Float32Array(rows.length * width);
  for (const [row, start] of rows.entries()) kept.set(vectors.subarray(start, start + width), row * width);
  return kept;
}

function product(vector: Float32Array, rows: Float32Array, start: number): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * rows[start + i];
  return sum;
}
