/**
 * Exact rankings of some of the items, as a task of an evaluation asks for: top-K over the subset itself, not over the catalogue
 * with all others excluded a user. Ids in questions and answers stay those of the catalogue.
 */
import { ConfigError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { slotsFor } from '../core/select-top-k.js';
import type { Positions, Recommender, SoughtItems, TopK } from './recommender.js';

/**
 * @param candidates items that are ranked, ascending and distinct, at least one, `[numCandidates]`
 * @returns a recommender whose rows are min(k, numCandidates) wide; excluded items that are no candidates are passed over
 * @throws ConfigError `RETRIEVAL_CANDIDATES`
 */
export function rankAmong(recommender: Recommender, candidates: Int32Array): Recommender {
  const { numItems } = recommender;
  for (let i = 0; i < candidates.length; i++) {
    if (candidates[i] > (i === 0 ? -1 : candidates[i - 1]) && candidates[i] < numItems) continue;
    const message = `candidates: expected ascending item indices below ${numItems}, got ${candidates[i]} at ${i}`;
    throw new ConfigError('RETRIEVAL_CANDIDATES', message);
  }
  if (candidates.length === 0) throw new ConfigError('RETRIEVAL_CANDIDATES', 'candidates: expected at least one item');
  return recommender.among?.(candidates) ?? new FilteredRanking(recommender, candidates);
}

/** A ranking of candidates numbered 0 … numCandidates - 1 in the catalogue's order, told in the catalogue's ids. */
export class RenumberedItems implements Recommender {
  readonly numUsers: number;
  readonly isExact: boolean;
  readonly positionsOf?: Recommender['positionsOf'];
  private readonly numbering: Numbering;

  /**
   * @param ranking of the candidates alone
   * @param candidates ascending, `[numCandidates]`
   * @param numItems of the catalogue
   */
  constructor(
    private readonly ranking: Recommender,
    private readonly candidates: Int32Array,
    readonly numItems: number,
  ) {
    this.numUsers = ranking.numUsers;
    this.isExact = ranking.isExact;
    this.numbering = new Numbering(candidates, numItems);
    if (ranking.positionsOf) this.positionsOf = (users, sought) => this.positionsWithin(users, sought);
  }

  async recommend(userIndices: Int32Array, k: number, exclude?: Ragged): Promise<TopK> {
    const top = await this.ranking.recommend(userIndices, k, exclude && this.numbering.within(exclude));
    for (let at = 0; at < top.ids.length; at++) if (top.ids[at] >= 0) top.ids[at] = this.candidates[top.ids[at]];
    return top;
  }

  private positionsWithin(userIndices: Int32Array, { wanted, exclude }: SoughtItems): Promise<Positions> {
    const sought = { wanted: this.numbering.within(wanted), exclude: this.numbering.within(exclude) };
    return this.ranking.positionsOf!(userIndices, sought);
  }
}

/** Numbers of the candidates among themselves. */
export class Numbering {
  /** -1 where an item is no candidate, `[numItems]`. */
  private readonly numberOf: Int32Array;

  constructor(candidates: Int32Array, numItems: number) {
    this.numberOf = new Int32Array(numItems).fill(-1);
    for (const [number, item] of candidates.entries()) this.numberOf[item] = number;
  }

  /** The rows with candidates alone, as their numbers; they stay ascending. */
  within({ offsets, values }: Ragged): Ragged {
    const kept = new Int32Array(values.length);
    const ends = new Int32Array(offsets.length);
    let at = 0;
    for (let row = 0; row + 1 < offsets.length; row++) {
      for (let from = offsets[row]; from < offsets[row + 1]; from++) {
        const number = this.numberOf[values[from]];
        if (number >= 0) kept[at++] = number;
      }
      ends[row + 1] = at;
    }
    return { offsets: ends, values: kept.slice(0, at) };
  }
}

/** For recommenders that can't rank a subset: the full ranking without the rest. Costs a sort of the catalogue a user. */
class FilteredRanking implements Recommender {
  readonly numUsers: number;
  readonly numItems: number;
  readonly isExact: boolean;
  private readonly isCandidate: Uint8Array;

  constructor(
    private readonly ranking: Recommender,
    private readonly candidates: Int32Array,
  ) {
    this.numUsers = ranking.numUsers;
    this.numItems = ranking.numItems;
    this.isExact = ranking.isExact;
    this.isCandidate = new Uint8Array(ranking.numItems);
    for (const item of candidates) this.isCandidate[item] = 1;
  }

  async recommend(userIndices: Int32Array, wanted: number, exclude?: Ragged): Promise<TopK> {
    const k = slotsFor(wanted, this.candidates.length);
    const ids = new Int32Array(userIndices.length * k).fill(-1);
    const scores = new Float32Array(userIndices.length * k).fill(Number.NEGATIVE_INFINITY);
    for (let query = 0; query < userIndices.length; query++) {
      const own = exclude && {
        offsets: Int32Array.of(0, exclude.offsets[query + 1] - exclude.offsets[query]),
        values: exclude.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]),
      };
      const all = await this.ranking.recommend(userIndices.subarray(query, query + 1), this.numItems, own);
      let rank = 0;
      for (let at = 0; at < all.k && rank < k && all.ids[at] !== -1; at++) {
        if (!this.isCandidate[all.ids[at]]) continue;
        ids[query * k + rank] = all.ids[at];
        scores[query * k + rank] = all.scores[at];
        rank++;
      }
    }
    return { k, ids, scores };
  }
}
