/**
 * What ranks items for users: trained embeddings, an index, popularity, item-kNN. Evaluation, `recommend` and the
 * negative sources know only this interface.
 */
import type { Ragged } from '../core/ragged.js';
import type { TopK } from '../core/select-top-k.js';

export type { TopK };

/** Items whose positions in full rankings are asked for. */
export interface SoughtItems {
  /** None of them excluded, `[numQueries]` rows. */
  readonly wanted: Ragged;
  /** Items that are not ranked, `[numQueries]` rows. */
  readonly exclude: Ragged;
}

/** Where given items stand in full rankings. */
export interface Positions {
  /** Position from 1 of each wanted item, in the order of its row; 0 where the item has no score, `[wanted.values]`. */
  readonly positions: Int32Array;
  /** Items that the full ranking holds, `[numQueries]`. */
  readonly numRanked: Int32Array;
}

export interface Recommender {
  readonly numUsers: number;
  readonly numItems: number;
  /** False where the ranking is an approximation of the scores (ANN indexes). */
  readonly isExact: boolean;
  /**
   * @param userIndices dense user indices, `[numQueries]`
   * @param k items a query, 1 ≤ k; rows of the result are min(k, numItems) wide
   * @param exclude item indices that must not come back, one row per query, `[numQueries]` rows
   */
  recommend(userIndices: Int32Array, k: number, exclude?: Ragged): Promise<TopK>;
  /**
   * Positions of the items `wanted` in the full rankings that `recommend` would give, where that is cheaper than ranking;
   * without it the full rankings are asked for.
   *
   * @param sought what is looked for, a row per query
   */
  positionsOf?(userIndices: Int32Array, sought: SoughtItems): Promise<Positions>;
  /**
   * Items like each of the given ones, itself left out, of models that say so without vectors; rows are min(k, numItems) wide.
   *
   * @param itemIndices `[numQueries]`
   */
  similarItems?(itemIndices: Int32Array, k: number): TopK;
  /**
   * The same scores over some of the items, where that is cheaper than ranking them all: see `rankAmong`, which asks for it.
   *
   * @param candidates ascending and distinct, at least one, `[numCandidates]`
   */
  among?(candidates: Int32Array): Recommender;
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
