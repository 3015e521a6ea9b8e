/** Percentile bootstrap (Efron 1979) of a mean over users: how much the figure would move with other users. */
import { ConfigError } from '../core/errors.js';
import { Rng } from '../core/rng.js';
import type { EvaluationReport } from './evaluation-report.js';
import { mean } from './metrics/metric-values.js';

export const BOOTSTRAP_DEFAULTS = Object.freeze({
  /** Share of resampled means inside the interval. */
  confidence: 0.95,
  /** Too few: the ends are noisy; more cost time in proportion. */
  resamples: 1000,
  seed: 0,
});

export interface BootstrapOptions {
  confidence?: number;
  resamples?: number;
  seed?: number;
}

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

/**
 * Interval of the mean of `values`, one a user, `[numUsers]`. The ends are order statistics of the resampled means:
 * interpolated between neighbours.
 *
 * @throws ConfigError for no values or options out of range
 */
export function bootstrapInterval(values: Float32Array | Float64Array, options: BootstrapOptions = {}): Interval {
  const { confidence, resamples, seed } = checked(values.length, options);
  return intervalsOf([values], confidence, resamples, seed)[0];
}

/**
 * The same intervals for several metrics of the same users: the drawn users are the same for each metric anyway, so they
 * are drawn once.
 */
function intervalsOf(
  columns: readonly (Float32Array | Float64Array)[],
  confidence: number,
  resamples: number,
  seed: number,
): Interval[] {
  const numUsers = columns[0].length;
  const rng = Rng.of(seed, 'bootstrap');
  const means = columns.map(() => new Float64Array(resamples));
  const draws = new Int32Array(numUsers);
  for (let sample = 0; sample < resamples; sample++) {
    // quicker than rng.integer; of 2^32 draws none is off by more than one from its fair share per value
    for (let draw = 0; draw < numUsers; draw++) draws[draw] = Math.floor(rng.uniform() * numUsers);
    for (const [column, values] of columns.entries()) means[column][sample] = sumOf(values, draws) / numUsers;
  }
  const outside = (1 - confidence) / 2;
  return columns.map((values, column) => {
    const sorted = means[column].sort();
    return { mean: mean(values), low: quantile(sorted, outside), high: quantile(sorted, 1 - outside), confidence };
  });
}

function sumOf(values: Float32Array | Float64Array, draws: Int32Array): number {
  let sum = 0;
  for (let draw = 0; draw < draws.length; draw++) sum += values[draws[draw]];
  return sum;
}

/** The interval of a report's per-user metric, e.g. `recall@20`. @throws ConfigError when the report has no such key */
export function metricInterval(report: EvaluationReport, key: string, options: BootstrapOptions = {}): Interval {
  const values = report.perUser[key];
  if (values === undefined) {
    throw new ConfigError(
      'EVAL_UNKNOWN_METRIC',
      `the report has no per-user values of "${key}"; it has: ${Object.keys(report.perUser).join(', ')}`,
    );
  }
  return bootstrapInterval(values, options);
}

/** The intervals of every per-user metric of a report, by key: those of `metricInterval`, in one go. */
export function metricIntervals(report: EvaluationReport, options: BootstrapOptions = {}): Record<string, Interval> {
  const keys = Object.keys(report.perUser);
  const { confidence, resamples, seed } = checked(report.userIndices.length, options);
  if (keys.length === 0) return {};
  const columns = keys.map((key) => report.perUser[key]);
  const intervals = intervalsOf(columns, confidence, resamples, seed);
  return Object.fromEntries(keys.map((key, column) => [key, intervals[column]]));
}

function checked(numUsers: number, options: BootstrapOptions): Required<BootstrapOptions> {
  const all = { ...BOOTSTRAP_DEFAULTS, ...options };
  const { confidence, resamples } = all;
  if (numUsers === 0) throw new ConfigError('EVAL_NO_USERS', 'bootstrap: expected values of at least one user');
  if (!(confidence > 0 && confidence < 1)) {
    throw new ConfigError('EVAL_BOOTSTRAP', `confidence: expected a number between 0 and 1, got ${confidence}`);
  }
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new ConfigError('EVAL_BOOTSTRAP', `resamples: expected an integer of at least 1, got ${resamples}`);
  }
  return all;
}

/** Linear interpolation between order statistics of ascending values. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
