/**
 * What ranks items for users: trained embeddings, an index, popularity, item-kNN. Evaluation, `recommend` and the
 * negative sources know only this interface.
 */
import type { Ragged } from '../core/ragged.js';

/** Best items first; ties by ascending item index; slots that could not be filled hold -1 and -Infinity. */
export interface TopK {
  readonly k: number;
  /** Item indices, `[numQueries, k]` row-major. */
  readonly ids: Int32Array;
  /** `[numQueries, k]` row-major. */
  readonly scores: Float32Array;
}

export interface Recommender {
  readonly numUsers: number;
  readonly numItems: number;
  /** False where the ranking is an approximation of the scores (ANN indexes). */
  readonly isExact: boolean;
  /**
   * @param userIndices dense user indices, `[numQueries]`
   * @param k items a query, 1 ≤ k
   * @param exclude item indices that must not come back, one row per query, `[numQueries]` rows
   */
  recommend(userIndices: Int32Array, k: number, exclude?: Ragged): Promise<TopK>;
}

/** User and item vectors that are served by inner product. */
export interface Embeddings {
  readonly embeddingDim: number;
  /** `[numUsers, embeddingDim]` row-major. */
  readonly users: Float32Array;
  /** `[numItems, embeddingDim]` row-major. */
  readonly items: Float32Array;
  /** Whether every row (but for all-zero ones) has length 1, so that inner product is cosine. */
  readonly normalized: boolean;
}
