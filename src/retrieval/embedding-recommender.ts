/** Ranks by the inner product of user and item vectors, exactly. */
import { TwinlightError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { checkEmbeddings, type EmbeddingCheck } from './embedding-check.js';
import { ExactTopK, type ExactTopKOptions } from './exact-top-k.js';
import { RenumberedItems } from './rank-among.js';
import type { Embeddings, Positions, Recommender, SoughtItems, TopK } from './recommender.js';

/**
 * A user whose vector is all zeros gets no items (-1 everywhere), not the first ones in item order: see
 * `check.warnings`.
 */
export class EmbeddingRecommender implements Recommender {
  readonly isExact = true;
  readonly numUsers: number;
  readonly numItems: number;
  readonly check: EmbeddingCheck;
  private readonly index: ExactTopK;

  /**
   * @param check of the embeddings, where it was made before
   * @throws what `checkEmbeddings` throws
   */
  constructor(
    readonly embeddings: Embeddings,
    options: ExactTopKOptions = {},
    check: EmbeddingCheck = checkEmbeddings(embeddings),
  ) {
    this.check = check;
    this.numUsers = this.check.numUsers;
    this.numItems = this.check.numItems;
    this.index = new ExactTopK(embeddings.items, embeddings.embeddingDim, options);
  }

  async recommend(userIndices: Int32Array, k: number, exclude?: Ragged): Promise<TopK> {
    assertKnownUsers(userIndices, this.numUsers);
    const queries = gatherRows(this.embeddings.users, this.embeddings.embeddingDim, userIndices);
    const top = await this.index.search(queries, k, exclude);
    for (let query = 0; query < userIndices.length; query++) {
      if (!this.check.userIsZero[userIndices[query]]) continue;
      top.ids.fill(-1, query * top.k, (query + 1) * top.k);
      top.scores.fill(Number.NEGATIVE_INFINITY, query * top.k, (query + 1) * top.k);
    }
    return top;
  }

  async positionsOf(userIndices: Int32Array, { wanted, exclude }: SoughtItems): Promise<Positions> {
    assertKnownUsers(userIndices, this.numUsers);
    const queries = gatherRows(this.embeddings.users, this.embeddings.embeddingDim, userIndices);
    const found = await this.index.positionsOf(queries, { wanted, exclude });
    for (let query = 0; query < userIndices.length; query++) {
      if (!this.check.userIsZero[userIndices[query]]) continue;
      found.positions.fill(0, wanted.offsets[query], wanted.offsets[query + 1]);
      found.numRanked[query] = 0;
    }
    return found;
  }

  among(candidates: Int32Array): Recommender {
    const { embeddings, check, numItems } = this;
    const items = gatherRows(embeddings.items, embeddings.embeddingDim, candidates);
    // not checked anew: all items of a subset may be without a vector, and tie
    const ranking = new EmbeddingRecommender({ ...embeddings, items }, {}, { ...check, numItems: candidates.length });
    return new RenumberedItems(ranking, candidates, numItems);
  }
}

/** @throws TwinlightError `RETRIEVAL_UNKNOWN_USER` when an index is outside 0 … numUsers-1 */
export function assertKnownUsers(userIndices: Int32Array, numUsers: number): void {
  for (const user of userIndices) {
    if (user >= 0 && user < numUsers) continue;
    throw new TwinlightError('RETRIEVAL_UNKNOWN_USER', `user index ${user} is outside 0 … ${numUsers - 1}`);
  }
}

/** Rows `rows` of a `[numRows, width]` table, `[rows.length, width]`. */
export function gatherRows(table: Float32Array, width: number, rows: Int32Array): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    gathered.set(table.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  }
  return gathered;
}
