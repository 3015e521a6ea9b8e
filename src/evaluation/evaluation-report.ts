/** What an evaluation found, with the values of every user, and the part of it that goes into a file. */
import { refuseTask, type TaskName } from './protocols/registry.js';

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
  /** Which items competed and which held-out pairs counted, see `TASKS`. */
  readonly task: TaskName;
  /** What was held out, e.g. `valid` or `test`; as the caller named it. */
  readonly split?: string;
  readonly graphHash?: string;
  /** sha256 over held-out and excluded pairs: equal where two evaluations asked the same question. */
  readonly protocolHash: string;
  /** False when the recommender only approximates its ranking. */
  readonly isExact: boolean;
  readonly topK: readonly number[];
  readonly numItems: number;
  /** Items that were ranked for everyone: `numItems`, or those of the task. */
  readonly numCandidates: number;
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
  /** The other tasks that the held-out pairs ask; absent where overall says it all. */
  readonly tasks?: readonly EvaluationSummary[];
}

export interface EvaluationReport extends EvaluationSummary {
  readonly tasks?: readonly EvaluationReport[];
  /** Evaluated users, ascending, `[numUsersEvaluated]`. */
  readonly userIndices: Int32Array;
  /** Key of every per-user metric → values in the order of `userIndices`, `[numUsersEvaluated]`. */
  readonly perUser: Readonly<Record<string, Float32Array>>;
}

/** The report without its per-user arrays: plain JSON. */
export function summary(report: EvaluationReport): EvaluationSummary {
  const { userIndices: _userIndices, perUser: _perUser, tasks, ...rest } = report;
  return { ...rest, ...(tasks && { tasks: tasks.map(summary) }) };
}

/**
 * The report of one task, which intervals and comparisons take as they take a whole one.
 * @throws ConfigError `EVAL_TASK` that names the tasks there are
 */
export function reportOfTask(report: EvaluationReport, task: TaskName): EvaluationReport {
  const all = tasksOf(report);
  return (
    all.find((one) => one.task === task) ??
    refuseTask(
      task,
      all.map((one) => one.task),
      report.split ?? 'the report',
    )
  );
}

/** Overall first. */
export function tasksOf(report: EvaluationReport): readonly EvaluationReport[] {
  return [report, ...(report.tasks ?? [])];
}
