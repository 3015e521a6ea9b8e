/**
 * Rows of one side by the likeness to others of it, as a ranking whose queries are rows: what `recommend` is for users and items. The
 * row itself never comes back.
 */
import { assertLength } from '../core/errors.js';
import { emptyRagged, type Ragged, raggedFromPairs, unionRagged } from '../core/ragged.js';
import { slotsFor } from '../core/select-top-k.js';
import { EmbeddingRecommender } from './embedding-recommender.js';
import { rankAmong } from './rank-among.js';
import type { Recommender, TopK } from './recommender.js';
import { unitRows } from './similar-items.js';

/** By the cosine of vectors. */
export class CosineRanking implements Recommender {
  readonly isExact = true;
  readonly numUsers: number;
  readonly numItems: number;
  private readonly ranking: Recommender;

  /** @param table `[numRows, embeddingDim]` row-major; rows of zeros have no direction: nothing is like them */
  constructor(table: Float32Array, embeddingDim: number) {
    const rows = unitRows(table, embeddingDim);
    this.ranking = new EmbeddingRecommender({ embeddingDim, users: rows, items: rows, normalized: true });
    this.numUsers = this.ranking.numUsers;
    this.numItems = this.ranking.numItems;
  }

  recommend(rows: Int32Array, k: number, exclude?: Ragged): Promise<TopK> {
    return this.ranking.recommend(rows, k, withItself(rows, exclude));
  }

  among(candidates: Int32Array): Recommender {
    return new WithoutItself(rankAmong(this.ranking, candidates));
  }
}

/** By what a recommender calls similar (`similarItems`): item-kNN's table of neighbours, content. */
export class SimilarityRanking implements Recommender {
  readonly isExact = true;
  readonly numUsers: number;
  readonly numItems: number;

  constructor(private readonly recommender: Recommender & Required<Pick<Recommender, 'similarItems'>>) {
    this.numUsers = recommender.numItems;
    this.numItems = recommender.numItems;
  }

  async recommend(rows: Int32Array, wanted: number, exclude: Ragged = emptyRagged(rows.length)): Promise<TopK> {
    assertLength('exclude (rows)', exclude.offsets.length - 1, rows.length);
    const k = slotsFor(wanted, this.numItems);
    const most = exclude.offsets.slice(1).reduce((a, end, row) => Math.max(a, end - exclude.offsets[row]), 0);
    const wide = this.recommender.similarItems(rows, k + most);
    const ids = new Int32Array(rows.length * k).fill(-1);
    const scores = new Float32Array(rows.length * k).fill(Number.NEGATIVE_INFINITY);
    for (let row = 0; row < rows.length; row++) {
      const left = new Set(exclude.values.subarray(exclude.offsets[row], exclude.offsets[row + 1]));
      let rank = 0;
      for (let at = row * wide.k; at < (row + 1) * wide.k && rank < k && wide.ids[at] >= 0; at++) {
        if (left.has(wide.ids[at])) continue;
        ids[row * k + rank] = wide.ids[at];
        scores[row * k + rank++] = wide.scores[at];
      }
    }
    return { k, ids, scores };
  }
}

class WithoutItself implements Recommender {
  readonly isExact = true;
  readonly numUsers: number;
  readonly numItems: number;

  constructor(private readonly ranking: Recommender) {
    this.numUsers = ranking.numUsers;
    this.numItems = ranking.numItems;
  }

  recommend(rows: Int32Array, k: number, exclude?: Ragged): Promise<TopK> {
    return this.ranking.recommend(rows, k, withItself(rows, exclude));
  }
}

function withItself(rows: Int32Array, exclude?: Ragged): Ragged {
  const itself = raggedFromPairs(
    Int32Array.from(rows, (_, query) => query),
    rows,
    rows.length,
  );
  return exclude ? unionRagged(itself, exclude) : itself;
}
