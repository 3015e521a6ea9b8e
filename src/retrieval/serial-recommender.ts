/**
 * Serial fusion (Huang et al. 2020, arXiv 2006.11632, section 4.2.2, cascade): an easy model's first `numCandidates` items, put in
 * order by a hard model. It is no inner product over one table, so it can't be exported as one index.
 */
import { ConfigError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { slotsFor } from '../core/select-top-k.js';
import { assertKnownUsers } from './embedding-recommender.js';
import { rankAmong } from './rank-among.js';
import type { Embeddings, Recommender, TopK } from './recommender.js';

export class SerialRecommender implements Recommender {
  readonly isExact: boolean;
  readonly numUsers: number;
  readonly numItems: number;

  /**
   * @param numCandidates too few: the hard model can only shuffle; too many: its weakness among easy items shows. Slots
   * beyond them stay unfilled.
   * @param numRanked items that `easy` ranks; fewer than all where it ranks a subset
   */
  constructor(
    private readonly easy: Recommender,
    private readonly hard: Embeddings,
    private readonly numCandidates: number,
    private readonly numRanked = easy.numItems,
  ) {
    const { embeddingDim, users, items } = hard;
    this.numUsers = easy.numUsers;
    this.numItems = easy.numItems;
    this.isExact = easy.isExact;
    if (users.length !== this.numUsers * embeddingDim || items.length !== this.numItems * embeddingDim) {
      throw new ConfigError('FUSE_SIZE', 'the hard model is not over the users and items of the easy one');
    }
  }

  async recommend(userIndices: Int32Array, wanted: number, exclude?: Ragged): Promise<TopK> {
    assertKnownUsers(userIndices, this.numUsers);
    const k = slotsFor(wanted, this.numRanked);
    const candidates = await this.easy.recommend(userIndices, this.numCandidates, exclude);
    const width = candidates.k;
    const ids = new Int32Array(userIndices.length * k).fill(-1);
    const scores = new Float32Array(userIndices.length * k).fill(Number.NEGATIVE_INFINITY);
    for (const [query, user] of userIndices.entries()) {
      const found = candidates.ids.subarray(query * width, (query + 1) * width).filter((item) => item >= 0);
      const scored = Array.from(found, (item) => ({ item, score: this.hardScore(user, item) }));
      // the sort is stable: where the hard model sees no difference, the easy one's order stays
      scored.sort((a, b) => b.score - a.score);
      for (const [rank, { item, score }] of scored.slice(0, k).entries()) {
        ids[query * k + rank] = item;
        scores[query * k + rank] = score;
      }
    }
    return { k, ids, scores };
  }

  among(candidates: Int32Array): Recommender {
    return new SerialRecommender(rankAmong(this.easy, candidates), this.hard, this.numCandidates, candidates.length);
  }

  private hardScore(user: number, item: number): number {
    const { embeddingDim, users, items } = this.hard;
    let sum = 0;
    for (let d = 0; d < embeddingDim; d++) sum += users[user * embeddingDim + d] * items[item * embeddingDim + d];
    return sum;
  }
}
