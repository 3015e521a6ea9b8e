/**
 * Whether two models differ beyond the chance of which users were there: the same users judged under both, mean of the
 * differences, its bootstrap interval, and a paired t-test (Student 1908).
 */
import { assertLength, ConfigError } from '../core/errors.js';
import { type BootstrapOptions, bootstrapInterval } from './bootstrap.js';
import { mean } from './metrics/metric-values.js';
import { studentTTwoSided } from './student-t.js';

export interface PairedTest {
  readonly numPairs: number;
  /** Mean of b - a. */
  readonly meanDifference: number;
  /** Bootstrap interval of the mean difference. */
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  /** Zero when every difference is zero; infinite when all are equal and not zero. */
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** Two-sided; 1 when every difference is zero. */
  readonly pValue: number;
  /** Users for whom b is larger, smaller, equal. */
  readonly larger: number;
  readonly smaller: number;
  readonly equal: number;
}

/**
 * @param a values of the users, `[numUsers]`; `b` those of the same users in the same order, `[numUsers]`
 * @throws ConfigError `EVAL_NO_USERS` with fewer than two users
 */
export function pairedTest(
  { a, b }: { readonly a: Float32Array; readonly b: Float32Array },
  options: BootstrapOptions = {},
): PairedTest {
  assertLength('b', b.length, a.length);
  const numPairs = a.length;
  if (numPairs < 2) {
    throw new ConfigError('EVAL_NO_USERS', `a paired test needs at least two users, got ${numPairs}`);
  }
  const differences = Float64Array.from(a, (value, user) => b[user] - value);
  const meanDifference = mean(differences);
  const variance = differences.reduce((sum, value) => sum + (value - meanDifference) ** 2, 0) / (numPairs - 1);
  const t = meanDifference === 0 ? 0 : meanDifference / Math.sqrt(variance / numPairs);
  const { low, high, confidence } = bootstrapInterval(differences, options);
  const larger = differences.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  const smaller = differences.reduce((count, value) => count + (value < 0 ? 1 : 0), 0);
  return {
    numPairs,
    meanDifference,
    low,
    high,
    confidence,
    t,
    degreesOfFreedom: numPairs - 1,
    pValue: studentTTwoSided({ t, degreesOfFreedom: numPairs - 1 }),
    larger,
    smaller,
    equal: numPairs - larger - smaller,
  };
}
