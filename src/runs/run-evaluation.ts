/**
 * Evaluation of finished runs: one run on its graph's held-out pairs, and two runs against each other over the same
 * users.
 */

import { ConfigError } from '../core/errors.js';
import type { Reporter } from '../core/reporter.js';
import {
  type ComparisonToFirst,
  compareReports,
  compareReportsToFirst,
  type EmbeddingGeometry,
  type EvaluationReport,
  embeddingGeometry,
  type MetricName,
  type OwnMetrics,
  type ReportComparison,
  reportOfTask,
  type TaskName,
} from '../evaluation/index.js';
import { edgeUsers } from '../graph/bipartite-csr.js';
import { rankHeldOut } from './held-out.js';
import type { TrainedRun } from './trained-run.js';

export interface RunEvaluationOptions {
  /** Default: the run's `evaluation.topK`. */
  readonly topK?: readonly number[];
  /** Default `test`. Selection belongs on `valid`. */
  readonly part?: 'valid' | 'test';
  /** Beside those of the run's extensions. Default: all but `meanRank`, which needs every user's full ranking. */
  readonly metrics?: readonly MetricName[];
  /** Default: the run's `evaluation.maxUsers`. */
  readonly maxUsers?: 'auto' | 'all' | number;
  readonly reporter?: Reporter;
}

export interface RunComparisonOptions extends RunEvaluationOptions {
  /** Of which the metrics are compared; default `overall`. */
  readonly task?: TaskName;
}

/**
 * @throws ConfigError `EVAL_FITTED` for the validation pairs of a run that was fitted to them, and what
 * `evaluateRecommender` throws, e.g. when the part has no pairs or a held-out pair is in training
 */
export async function evaluateRun(run: TrainedRun, options: RunEvaluationOptions = {}): Promise<EvaluationReport> {
  const { evaluation, training } = run.config;
  if (options.part === 'valid' && training.fitOn === 'train+valid') {
    throw new ConfigError(
      'EVAL_FITTED',
      `${run.folder} was fitted to the validation pairs (training.fitOn is train+valid): what it recalls of them says ` +
        'nothing; evaluate it on test, and select with runs of fitOn: train',
    );
  }
  return rankHeldOut(run.recommender, run.graph, {
    part: options.part ?? 'test',
    topK: options.topK ?? evaluation.topK,
    cohorts: true,
    maxUsers: options.maxUsers ?? evaluation.maxUsers ?? 'auto',
    metrics: options.metrics,
    ownMetrics: run.registries?.ownMetrics,
    reporter: options.reporter,
  });
}

/** What the run's vectors are like, with its training edges as pairs; undefined for a run that ranks without vectors. */
export async function geometryOfRun({ embeddings, graph }: TrainedRun): Promise<EmbeddingGeometry | undefined> {
  return (
    embeddings &&
    embeddingGeometry(embeddings, { userIndex: edgeUsers(graph.train), itemIndex: graph.train.userNeighbors })
  );
}

/** One of several runs against the first of them. */
export interface RunAgainstFirst extends ComparisonToFirst {
  readonly folder: string;
}

/**
 * Each of the others against the first, paired over users, the p-values of a metric corrected for the number of others
 * (Holm). Positive differences favour the other; `a` is the first.
 * @param runs at least two @throws ConfigError unless all were held out the same pairs
 */
export async function compareToFirst(
  runs: readonly TrainedRun[],
  { task = 'overall', ...options }: RunComparisonOptions = {},
): Promise<RunAgainstFirst[]> {
  if (runs.length < 2) throw new ConfigError('COMPARE_RUNS', `compare at least two runs, got ${runs.length}`);
  const topK = options.topK ?? runs[0].config.evaluation.topK;
  const reports: EvaluationReport[] = [];
  for (const run of runs) reports.push(reportOfTask(await evaluateRun(run, { ...options, topK }), task));
  const comparisons = compareReportsToFirst(reports, { ownMetrics: ownMetricsOf(runs) });
  return comparisons.map((comparison, other) => ({ folder: runs[other + 1].folder, ...comparison }));
}

/** Metrics of the runs' extensions; of two of one name the earlier run's. */
export function ownMetricsOf(runs: readonly Pick<TrainedRun, 'registries'>[]): OwnMetrics {
  return Object.assign({}, ...[...runs].reverse().map(({ registries }) => registries?.ownMetrics));
}

/** Paired over users; positive differences favour b. @throws ConfigError unless both were held out the same pairs */
export async function compareRuns(
  { a, b }: { readonly a: TrainedRun; readonly b: TrainedRun },
  { task = 'overall', ...options }: RunComparisonOptions = {},
): Promise<ReportComparison> {
  const topK = options.topK ?? (a.config.evaluation as { topK: number[] }).topK;
  const of = async (run: TrainedRun) => reportOfTask(await evaluateRun(run, { ...options, topK }), task);
  const reports = [await of(a), await of(b)];
  return compareReports({ a: reports[0], b: reports[1] }, { ownMetrics: ownMetricsOf([a, b]) });
}
