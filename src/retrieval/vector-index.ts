/**
 * An index of vectors that answers "the k with the largest inner product". A server, the export and `recommend` know this
 * interface only; FAISS files (`faiss/`) are one way to have one.
 */
import { ShapeError } from '../core/errors.js';
import { slotsFor } from '../core/select-top-k.js';
import type { TopK } from './recommender.js';

export interface VectorIndex {
  /** As FAISS spells it: `Flat`, `IVF64,Flat`; of a store, its place. */
  readonly factory: string;
  readonly engine: 'own' | 'faiss' | 'store';
  readonly embeddingDim: number;
  readonly size: number;
  /** One more than the largest id that it answers with: `size` where the ids are row numbers. */
  readonly idLimit: number;
  /** True only where every vector is compared, whole. */
  readonly isExact: boolean;
  readonly nprobe?: number;
  readonly efSearch?: number;
  /**
   * Best first, equal scores by ascending id; -1 and -Infinity where the index found fewer than k.
   * @param queries `[numQueries, embeddingDim]` row-major
   * @param k 1 ≤ k; rows of the result are min(k, size) wide
   */
  search(queries: Float32Array, k: number): Promise<TopK>;
}

/**
 * What every search checks of its arguments; FAISS ends the process over either.
 *
 * @returns numQueries, and the slots of each
 * @throws ShapeError, TwinlightError `RETRIEVAL_K`
 */
export function checkSearch(
  queries: Float32Array,
  { k, embeddingDim, size }: Pick<VectorIndex, 'embeddingDim' | 'size'> & { readonly k: number },
): { readonly numQueries: number; readonly slots: number } {
  const numQueries = queries.length / embeddingDim;
  if (!Number.isInteger(numQueries)) {
    throw new ShapeError(`queries: ${queries.length} numbers are no whole number of rows of ${embeddingDim}`);
  }
  return { numQueries, slots: slotsFor(k, size) };
}
