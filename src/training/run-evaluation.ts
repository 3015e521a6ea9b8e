/**
 * Evaluation of finished runs: one run on its graph's held-out pairs, and two runs against each other over the same
 * users.
 */
import type { Reporter } from '../core/reporter.js';
import { compareReports, type EvaluationReport, type MetricName, type ReportComparison } from '../evaluation/index.js';
import type { RunConfig } from './config.js';
import { rankHeldOut } from './held-out.js';
import type { TrainedRun } from './trained-run.js';

export interface RunEvaluationOptions {
  /** Default: the run's `evaluation.topK`. */
  readonly topK?: readonly number[];
  /** Default `test`. Selection belongs on `valid`. */
  readonly part?: 'valid' | 'test';
  /** Default: all but `meanRank`, which needs every user's full ranking. */
  readonly metrics?: readonly MetricName[];
  /** Default: the run's `evaluation.maxUsers`. */
  readonly maxUsers?: 'auto' | 'all' | number;
  readonly reporter?: Reporter;
}

/** @throws what `evaluateRecommender` throws, e.g. when the part has no pairs or a held-out pair is in training */
export function evaluateRun(run: TrainedRun, options: RunEvaluationOptions = {}): Promise<EvaluationReport> {
  const { topK, maxUsers } = run.config.evaluation as RunConfig['evaluation'];
  const most = options.maxUsers ?? maxUsers ?? 'auto';
  return rankHeldOut(run.recommender, run.graph, options.part ?? 'test', options.topK ?? topK, true, most, options);
}

/** Paired over users; positive differences favour b. @throws ConfigError unless both were held out the same pairs */
export async function compareRuns(
  a: TrainedRun,
  b: TrainedRun,
  options: RunEvaluationOptions = {},
): Promise<ReportComparison> {
  const topK = options.topK ?? (a.config.evaluation as { topK: number[] }).topK;
  const reports = [await evaluateRun(a, { ...options, topK }), await evaluateRun(b, { ...options, topK })];
  return compareReports(reports[0], reports[1]);
}
