/** What an evaluation found, with the values of every user, and the part of it that goes into a file. */

/** Metrics of one group of items or users. */
export interface CohortReport {
  /** `items:head`, `users:q1`, … */
  readonly name: string;
  /** Who is in it, as a sentence. */
  readonly definition: string;
  /** Items of an item cohort. */
  readonly numItems?: number;
  /** Evaluated users that count: those of a user cohort, or those with a held-out item in an item cohort. */
  readonly numUsers: number;
  /** Means over those users; empty without any. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface EvaluationSummary {
  readonly protocol: 'all-ranking';
  /** What was held out, e.g. `valid` or `test`; as the caller named it. */
  readonly split?: string;
  readonly graphHash?: string;
  /** sha256 over held-out and excluded pairs: equal where two evaluations asked the same question. */
  readonly protocolHash: string;
  /** False when the recommender only approximates its ranking. */
  readonly isExact: boolean;
  readonly topK: readonly number[];
  readonly numItems: number;
  readonly numUsersEvaluated: number;
  /** Users with held-out items, where only a random sample of them was evaluated. */
  readonly numUsersSampledFrom?: number;
  /** Users left out because nothing of theirs is held out. */
  readonly numUsersWithoutRelevant: number;
  /** Evaluated users for whom the recommender returned nothing; they count as misses. */
  readonly numUsersWithoutRanking: number;
  /** Key (`recall@20`, `coverage@20`, `meanRank`) → value over the evaluated users. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly cohorts: readonly CohortReport[];
}

export interface EvaluationReport extends EvaluationSummary {
  /** Evaluated users, ascending, `[numUsersEvaluated]`. */
  readonly userIndices: Int32Array;
  /** Key of every per-user metric → values in the order of `userIndices`, `[numUsersEvaluated]`. */
  readonly perUser: Readonly<Record<string, Float32Array>>;
}

/** The report without its per-user arrays: plain JSON. */
export function summary(report: EvaluationReport): EvaluationSummary {
  const { userIndices: _userIndices, perUser: _perUser, ...rest } = report;
  return rest;
}
