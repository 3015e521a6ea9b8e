/**
 * An index of vectors that answers "the k with the largest inner product". A server, the export and `recommend` know this
 * interface only; FAISS files (`faiss/`) are one way to have one.
 */
import type { TopK } from './recommender.js';

export interface VectorIndex {
  /** As FAISS spells it: `Flat`, `IVF64,Flat`. */
  readonly factory: string;
  readonly engine: 'own' | 'faiss';
  readonly embeddingDim: number;
  readonly size: number;
  /** True only where every vector is compared, whole. */
  readonly isExact: boolean;
  readonly nprobe?: number;
  readonly efSearch?: number;
  /**
   * Best first, equal scores by ascending id; -1 and -Infinity where the index found fewer than k.
   * @param queries `[numQueries, embeddingDim]` row-major
   * @param k 1 ≤ k; may exceed `size`
   */
  search(queries: Float32Array, k: number): Promise<TopK>;
}
