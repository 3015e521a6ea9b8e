/** Two evaluations of the same users side by side, every per-user metric with a paired test. */
import { ConfigError } from '../core/errors.js';
import type { BootstrapOptions } from './bootstrap.js';
import type { EvaluationReport } from './evaluation-report.js';
import type { OwnMetrics } from './metrics/metric.js';
import { higherIsBetter } from './metrics/registry.js';
import { type PairedTest, pairedTest } from './paired-test.js';

export interface MetricComparison extends PairedTest {
  /** `recall@20`, … */
  readonly metric: string;
  readonly valueA: number;
  readonly valueB: number;
  /** Which is better; `undecided` where the bootstrap interval of the difference holds 0. */
  readonly better: 'a' | 'b' | 'undecided';
}

export interface ReportComparison {
  readonly numUsers: number;
  readonly perUserMetrics: readonly MetricComparison[];
  /** Metrics of all lists together, without a test. */
  readonly exposureMetrics: readonly { metric: string; valueA: number; valueB: number }[];
}

/**
 * @param options with the metrics that the reports have beside the registry's
 * @throws ConfigError `EVAL_NOT_COMPARABLE` unless graph, split, held-out pairs and users are the same
 */
export function compareReports(
  { a, b }: { readonly a: EvaluationReport; readonly b: EvaluationReport },
  { ownMetrics, ...options }: BootstrapOptions & { readonly ownMetrics?: OwnMetrics } = {},
): ReportComparison {
  assertComparable(a, b);
  const shared = Object.keys(a.metrics).filter((key) => Object.hasOwn(b.metrics, key));
  const perUserMetrics = shared
    .filter((key) => Object.hasOwn(a.perUser, key))
    .map((metric): MetricComparison => {
      const test = pairedTest({ a: a.perUser[metric], b: b.perUser[metric] }, options);
      const isUndecided = test.low <= 0 && test.high >= 0;
      const better = test.meanDifference > 0 === higherIsBetter(metric, ownMetrics) ? 'b' : 'a';
      const values = { valueA: a.metrics[metric], valueB: b.metrics[metric] };
      return { metric, ...values, better: isUndecided ? 'undecided' : better, ...test };
    });
  const exposureMetrics = shared
    .filter((key) => !Object.hasOwn(a.perUser, key))
    .map((metric) => ({ metric, valueA: a.metrics[metric], valueB: b.metrics[metric] }));
  return { numUsers: a.numUsersEvaluated, perUserMetrics, exposureMetrics };
}

function assertComparable(a: EvaluationReport, b: EvaluationReport): void {
  const refuse = (what: string, ofA: unknown, ofB: unknown): never => {
    throw new ConfigError(
      'EVAL_NOT_COMPARABLE',
      `the two evaluations differ in ${what} (${ofA} and ${ofB}); compare runs of the same graph and split`,
    );
  };
  if (a.graphHash !== b.graphHash) refuse('their graph', a.graphHash, b.graphHash);
  if (a.split !== b.split) refuse('their split', a.split, b.split);
  if (a.task !== b.task) refuse('their task', a.task, b.task);
  const sameUsers =
    a.userIndices.length === b.userIndices.length && a.userIndices.every((user, row) => user === b.userIndices[row]);
  if (!sameUsers) refuse('their users', `${a.userIndices.length} users`, `${b.userIndices.length} users`);
  if (a.protocolHash !== b.protocolHash) {
    refuse('their held-out or excluded pairs', a.protocolHash.slice(0, 8), b.protocolHash.slice(0, 8));
  }
}
