/** Rankings of models that make a row of scores for a user at a time: item-kNN, content-kNN. */
import { assertLength } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { TopKSelector } from '../core/select-top-k.js';
import { assertKnownUsers } from './embedding-recommender.js';
import { Numbering } from './rank-among.js';
import type { Recommender, TopK } from './recommender.js';

interface ScoreRows {
  readonly numUsers: number;
  readonly numItems: number;
  /** Scores of all items, -Infinity where there is none; valid until the next call, `[numItems]`. */
  scoresOf(userIndex: number): Float32Array;
}

/** @param candidates ascending, at least one: the others are not ranked; default all, `[numCandidates]` */
export class RowRanking implements Recommender {
  readonly isExact = true;
  readonly numUsers: number;
  readonly numItems: number;
  private readonly numbering: Numbering | undefined;
  /** Scores of the candidates, `[numCandidates]`. */
  private readonly gathered: Float32Array;

  constructor(
    private readonly rows: ScoreRows,
    private readonly candidates?: Int32Array,
  ) {
    this.numUsers = rows.numUsers;
    this.numItems = rows.numItems;
    this.numbering = candidates && new Numbering(candidates, rows.numItems);
    this.gathered = new Float32Array(candidates?.length ?? 0);
  }

  /** Items without a score never come back. */
  async recommend(userIndices: Int32Array, k: number, exclude?: Ragged): Promise<TopK> {
    assertKnownUsers(userIndices, this.numUsers);
    if (exclude) assertLength('exclude (rows)', exclude.offsets.length - 1, userIndices.length);
    const { candidates, numbering } = this;
    const excluded = exclude && numbering ? numbering.within(exclude) : exclude;
    const numCandidates = candidates?.length ?? this.numItems;
    const selector = new TopKSelector(userIndices.length, k, numCandidates);
    for (const [query, user] of userIndices.entries()) {
      const scores = this.candidateScores(user);
      const own = excluded?.values.subarray(excluded.offsets[query], excluded.offsets[query + 1]);
      selector.offer(query, scores, 0, numCandidates, 0, own);
    }
    const top = selector.finish();
    if (candidates)
      for (let at = 0; at < top.ids.length; at++) if (top.ids[at] >= 0) top.ids[at] = candidates[top.ids[at]];
    return top;
  }

  among(candidates: Int32Array): Recommender {
    return new RowRanking(this.rows, candidates);
  }

  private candidateScores(user: number): Float32Array {
    const scores = this.rows.scoresOf(user);
    if (!this.candidates) return scores;
    for (const [number, item] of this.candidates.entries()) this.gathered[number] = scores[item];
    return this.gathered;
  }
}
