/**
 * Content-based ranking by a user's profile (Pazzani & Billsus 2007, "Content-based recommendation systems", § 10.4; Rocchio with
 * positive examples alone):
 *
 *     score(u, j) = ⟨ Σ_{i ∈ H(u)} w(u,i) · x_i , x_j ⟩ = Σ_{i ∈ H(u)} w(u,i) · cos(i, j)
 *
 * x_i is the item's content row at length 1, H(u) what the user had. No item needs an interaction to be ranked, which makes it the
 * baseline of item cold start. Exact and sparse: nothing is kept but the rows and their transpose.
 */
import { assertLength, TwinlightError } from '../../core/errors.js';
import type { Ragged } from '../../core/ragged.js';
import { TopKSelector } from '../../core/select-top-k.js';
import type { Histories } from '../fold-in.js';
import type { Recommender, TopK } from '../recommender.js';
import { RowRanking } from '../score-rows.js';
import { ContentIndex, type ContentRows } from './content-rows.js';

export class ContentKnn implements Recommender {
  readonly isExact = true;
  readonly numUsers: number;
  readonly numItems: number;
  private readonly index: ContentIndex;
  private readonly ranking: RowRanking;

  /** @param content a row an item, of any length, `[numItems]` rows */
  constructor(histories: Histories, content: ContentRows) {
    const { numUsers, numItems, userOffsets, userNeighbors, weight } = histories;
    this.index = new ContentIndex(content);
    assertLength('content rows', this.index.numItems, numItems);
    this.numUsers = numUsers;
    this.numItems = numItems;
    this.ranking = new RowRanking({
      numUsers,
      numItems,
      scoresOf: (user) => this.index.scoresOf(userNeighbors, userOffsets[user], userOffsets[user + 1], weight),
    });
  }

  /** Items that share nothing with what the user had get no score and never come back. */
  recommend(userIndices: Int32Array, k: number, exclude?: Ragged): Promise<TopK> {
    return this.ranking.recommend(userIndices, k, exclude);
  }

  among(candidates: Int32Array): Recommender {
    return this.ranking.among(candidates);
  }

  /**
   * The items nearest to each of `itemIndices` by the cosine of their content, itself left out; the rest of a row is -1.
   * @throws TwinlightError `RETRIEVAL_UNKNOWN_ITEM`
   */
  similarItems(itemIndices: Int32Array, k: number): TopK {
    const selector = new TopKSelector(itemIndices.length, k, this.numItems);
    for (const [query, item] of itemIndices.entries()) {
      if (!(item >= 0 && item < this.numItems)) {
        throw new TwinlightError('RETRIEVAL_UNKNOWN_ITEM', `item index ${item} is outside 0 … ${this.numItems - 1}`);
      }
      const itself = Int32Array.of(item);
      selector.offer(query, this.index.scoresOf(itself), 0, this.numItems, 0, itself);
    }
    return selector.finish();
  }
}
