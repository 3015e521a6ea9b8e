/** Several evaluations of the same users, each against the first, with p-values corrected for their number (Holm 1979). */
import type { BootstrapOptions } from './bootstrap.js';
import { compareReports, type MetricComparison } from './compare-reports.js';
import type { EvaluationReport } from './evaluation-report.js';
import { holmCorrected } from './holm.js';
import type { OwnMetrics } from './metrics/metric.js';

/** A difference is told apart from chance where its corrected p-value is below. */
export const SIGNIFICANCE = 0.05;

export interface ComparisonToFirst {
  readonly numUsers: number;
  /** With `pHolm`, the p-value corrected for as many comparisons of the metric as there are others; `better` follows it. */
  readonly perUserMetrics: readonly (MetricComparison & { readonly pHolm: number })[];
}

/**
 * Positive differences favour the other; `a` is the first.
 * @param reports at least two
 * @param options with the metrics that the reports have beside the registry's
 * @returns one for each but the first, in their order
 * @throws ConfigError as `compareReports`
 */
export function compareReportsToFirst(
  [first, ...others]: readonly EvaluationReport[],
  options: BootstrapOptions & { readonly ownMetrics?: OwnMetrics } = {},
): ComparisonToFirst[] {
  const comparisons = others.map((b) => compareReports({ a: first, b }, options));
  const correctedOf = (metric: string): number[] =>
    holmCorrected(
      comparisons.map(({ perUserMetrics }) => perUserMetrics.find((row) => row.metric === metric)?.pValue ?? 1),
    );
  return comparisons.map(({ numUsers, perUserMetrics }, other) => ({
    numUsers,
    perUserMetrics: perUserMetrics.map((row) => {
      const pHolm = correctedOf(row.metric)[other];
      return { ...row, pHolm, better: pHolm < SIGNIFICANCE ? row.better : 'undecided' };
    }),
  }));
}
