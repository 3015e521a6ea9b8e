/** Ranks items for users through a vector index, exactly or approximately, with what a user must not get left out. */
import { assertLength } from '../../core/errors.js';
import type { Ragged } from '../../core/ragged.js';
import { assertKnownUsers, gatherRows } from '../embedding-recommender.js';
import type { Recommender, TopK } from '../recommender.js';
import type { VectorIndex } from './faiss-index.js';

export class IndexRecommender implements Recommender {
  readonly numUsers: number;
  readonly numItems: number;
  readonly isExact: boolean;

  /** @param users `[numUsers, index.embeddingDim]` row-major */
  constructor(
    private readonly index: VectorIndex,
    private readonly users: Float32Array,
  ) {
    this.numUsers = users.length / index.embeddingDim;
    this.numItems = index.size;
    this.isExact = index.isExact;
  }

  /**
   * The index knows no exclusions, so it is asked for as many more items as any query excludes. An approximate index
   * may still come back with fewer than k.
   */
  async recommend(userIndices: Int32Array, k: number, exclude?: Ragged): Promise<TopK> {
    assertKnownUsers(userIndices, this.numUsers);
    const queries = gatherRows(this.users, this.index.embeddingDim, userIndices);
    if (exclude === undefined) return this.index.search(queries, k);
    return searchExcluding(this.index, queries, k, exclude);
  }
}

/**
 * @param queries `[numQueries, embeddingDim]` row-major
 * @param exclude ids that must not come back, `[numQueries]` rows
 */
export async function searchExcluding(
  index: VectorIndex,
  queries: Float32Array,
  k: number,
  exclude: Ragged,
): Promise<TopK> {
  const numQueries = queries.length / index.embeddingDim;
  assertLength('exclude (rows)', exclude.offsets.length - 1, numQueries);
  let most = 0;
  for (let query = 0; query < numQueries; query++) {
    most = Math.max(most, exclude.offsets[query + 1] - exclude.offsets[query]);
  }
  const wide = await index.search(queries, Math.max(k, Math.min(k + most, index.size)));
  const ids = new Int32Array(numQueries * k).fill(-1);
  const scores = new Float32Array(numQueries * k).fill(Number.NEGATIVE_INFINITY);
  for (let query = 0; query < numQueries; query++) {
    const excluded = new Set(exclude.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]));
    let rank = 0;
    for (let at = query * wide.k; at < (query + 1) * wide.k && rank < k && wide.ids[at] !== -1; at++) {
      if (excluded.has(wide.ids[at])) continue;
      ids[query * k + rank] = wide.ids[at];
      scores[query * k + rank] = wide.scores[at];
      rank++;
    }
  }
  return { k, ids, scores };
}
