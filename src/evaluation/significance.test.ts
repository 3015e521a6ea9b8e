import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.js';
import { bootstrapInterval, metricInterval, metricIntervals } from './bootstrap.js';
import { compareReports } from './compare-reports.js';
import type { EvaluationReport } from './evaluation-report.js';
import { pairedTest } from './paired-test.js';
import { regularizedBeta, studentTTwoSided } from './student-t.js';

describe("Student's t", () => {
  it('agrees with the critical values of printed tables', () => {
    // t, degrees of freedom, two-sided level
    for (const [t, df, level] of [
      [12.7062, 1, 0.05],
      [63.6567, 1, 0.01],
      [4.30265, 2, 0.05],
      [2.57058, 5, 0.05],
      [2.22814, 10, 0.05],
      [3.16927, 10, 0.01],
      [1.69726, 30, 0.1],
      [2.04227, 30, 0.05],
      [1.98397, 100, 0.05],
      [3.39049, 100, 0.001],
      [1.95996, 1e7, 0.05],
    ]) {
      expect(studentTTwoSided({ t, degreesOfFreedom: df })).toBeCloseTo(level, 5);
      expect(studentTTwoSided({ t: -t, degreesOfFreedom: df })).toBe(studentTTwoSided({ t, degreesOfFreedom: df }));
    }
  });

  it('has closed forms for one and two degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (t) => {
        expect(studentTTwoSided({ t, degreesOfFreedom: 1 }) / ((2 / Math.PI) * Math.atan2(1, t))).toBeCloseTo(1, 10);
        const root = Math.sqrt(2 + t * t);
        expect(studentTTwoSided({ t, degreesOfFreedom: 2 }) / (2 / (root * (root + t)))).toBeCloseTo(1, 10);
      }),
    );
  });

  it('keeps its digits far out in the tail and at the ends', () => {
    // so many degrees of freedom are nearly normal: 2 (1 - Φ(10)) = 1.5239706e-23
    expect(studentTTwoSided({ t: 10, degreesOfFreedom: 1e8 }) / 1.5239706e-23).toBeCloseTo(1, 4);
    expect(studentTTwoSided({ t: 0, degreesOfFreedom: 5 })).toBe(1);
    expect(studentTTwoSided({ t: Number.POSITIVE_INFINITY, degreesOfFreedom: 5 })).toBe(0);
    expect(studentTTwoSided({ t: Number.NaN, degreesOfFreedom: 5 })).toBeNaN();
  });

  it('integrates the beta density', () => {
    for (const [x, a, b] of [
      [0.3, 2, 3],
      [0.8, 2.5, 1.5],
      [0.5, 6, 6],
      [0.05, 1.2, 9],
    ]) {
      const integral = (to: number) => {
        const steps = 200_000;
        let sum = 0;
        for (let i = 0; i < steps; i++) {
          const u = ((i + 0.5) / steps) * to;
          sum += u ** (a - 1) * (1 - u) ** (b - 1);
        }
        return (sum * to) / steps;
      };
      expect(regularizedBeta({ x, oneMinusX: 1 - x, a, b })).toBeCloseTo(integral(x) / integral(1), 5);
    }
    expect(regularizedBeta({ x: 0, oneMinusX: 1, a: 2, b: 2 })).toBe(0);
    expect(regularizedBeta({ x: 1, oneMinusX: 0, a: 2, b: 2 })).toBe(1);
  });
});

const gaussians = (length: number, shift: number, label: string): Float32Array => {
  const rng = Rng.of(5, label);
  return Float32Array.from({ length }, () => shift + rng.normal());
};

describe('bootstrapInterval', () => {
  it('has the width of the normal interval for many independent values', () => {
    const values = gaussians(4000, 2, 'width');
    const { mean, low, high } = bootstrapInterval(values, { resamples: 4000 });
    const halfWidth = 1.96 / Math.sqrt(4000);
    expect((high - low) / 2 / halfWidth).toBeCloseTo(1, 1);
    expect((high + low) / 2).toBeCloseTo(mean, 2);
  });

  it('holds the true mean about as often as it promises', () => {
    let held = 0;
    for (let trial = 0; trial < 200; trial++) {
      const { low, high } = bootstrapInterval(gaussians(60, 0, `trial ${trial}`), { confidence: 0.8, resamples: 200 });
      if (low <= 0 && high >= 0) held++;
    }
    expect(held / 200).toBeGreaterThan(0.72);
    expect(held / 200).toBeLessThan(0.87);
  });

  it('is a point for equal values, the same for the same seed and another for another', () => {
    expect(bootstrapInterval(new Float32Array(9).fill(0.25))).toMatchObject({ mean: 0.25, low: 0.25, high: 0.25 });
    const values = gaussians(50, 0, 'seed');
    expect(bootstrapInterval(values, { seed: 4 })).toEqual(bootstrapInterval(values, { seed: 4 }));
    expect(bootstrapInterval(values, { seed: 4 })).not.toEqual(bootstrapInterval(values, { seed: 5 }));
  });

  it('refuses what has no meaning', () => {
    expect(() => bootstrapInterval(new Float32Array(0))).toThrow(/at least one user/);
    expect(() => bootstrapInterval(new Float32Array(3), { confidence: 95 })).toThrow(/between 0 and 1, got 95/);
    expect(() => bootstrapInterval(new Float32Array(3), { resamples: 0 })).toThrow(/resamples/);
  });
});

describe('pairedTest', () => {
  it('agrees with a worked example', () => {
    // differences 1, 2, 3, 4, 5: mean 3, sd sqrt(2.5), t = 3 / sqrt(2.5 / 5) = 4.2426, p = 0.013236 (4 degrees of freedom)
    const test = pairedTest({ a: Float32Array.of(5, 5, 5, 5, 5), b: Float32Array.of(6, 7, 8, 9, 10) });
    expect(test).toMatchObject({
      numPairs: 5,
      meanDifference: 3,
      degreesOfFreedom: 4,
      larger: 5,
      smaller: 0,
      equal: 0,
    });
    expect(test.t).toBeCloseTo(Math.sqrt(18), 12);
    expect(test.pValue).toBeCloseTo(0.013236, 5);
    expect(test.low).toBeGreaterThan(1);
    expect(test.high).toBeLessThan(5);
  });

  it('changes sign with the order, and sees no difference between equals', () => {
    const a = gaussians(100, 0, 'a');
    const b = gaussians(100, 0.1, 'b');
    const forth = pairedTest({ a, b });
    const back = pairedTest({ a: b, b: a });
    expect(back.t).toBeCloseTo(-forth.t, 10);
    expect(back.pValue).toBeCloseTo(forth.pValue, 10);
    expect(back.larger).toBe(forth.smaller);
    expect(pairedTest({ a, b: a })).toMatchObject({ t: 0, pValue: 1, meanDifference: 0, low: 0, high: 0, equal: 100 });
    expect(pairedTest({ a: a.slice(0, 2).fill(0), b: a.slice(0, 2).fill(1) })).toMatchObject({
      pValue: 0,
      t: Number.POSITIVE_INFINITY,
    });
  });

  it('rejects equal models at the promised rate', () => {
    let rejected = 0;
    for (let trial = 0; trial < 400; trial++) {
      const test = pairedTest({ a: gaussians(30, 0, `a${trial}`), b: gaussians(30, 0, `b${trial}`) }, { resamples: 1 });
      if (test.pValue < 0.1) rejected++;
    }
    expect(rejected / 400).toBeGreaterThan(0.06);
    expect(rejected / 400).toBeLessThan(0.14);
  });

  it('needs two users, and the same for both', () => {
    expect(() => pairedTest({ a: new Float32Array(1), b: new Float32Array(1) })).toThrow(/at least two users, got 1/);
    expect(() => pairedTest({ a: new Float32Array(3), b: new Float32Array(2) })).toThrow(/b: expected length 3, got 2/);
  });
});

function reportOf(recalls: number[], changes: Partial<EvaluationReport> = {}): EvaluationReport {
  const values = Float32Array.from(recalls);
  const mean = recalls.reduce((sum, value) => sum + value, 0) / recalls.length;
  return {
    protocol: 'all-ranking',
    task: 'overall',
    split: 'test',
    graphHash: 'abc',
    protocolHash: 'p',
    isExact: true,
    topK: [20],
    numItems: 5,
    numCandidates: 5,
    numUsersEvaluated: values.length,
    numUsersWithoutRelevant: 0,
    numUsersWithoutRanking: 0,
    metrics: { 'recall@20': mean, meanRank: 10 * mean, 'coverage@20': 0.5 },
    cohorts: [],
    userIndices: Int32Array.from(recalls.keys()),
    perUser: { 'recall@20': values, meanRank: values.map((value) => 10 * value) },
    ...changes,
  };
}

describe('compareReports', () => {
  const low = reportOf([0.1, 0.2, 0.1, 0.3, 0.2, 0.1]);
  const high = reportOf([0.4, 0.5, 0.5, 0.7, 0.6, 0.5]);

  it('says which is better, by the direction of the metric, and where it cannot tell', () => {
    const better = (a: EvaluationReport, b: EvaluationReport) =>
      Object.fromEntries(compareReports({ a, b }).perUserMetrics.map(({ metric, better }) => [metric, better]));
    expect(better(low, high)).toEqual({ 'recall@20': 'b', meanRank: 'a' });
    expect(better(high, low)).toEqual({ 'recall@20': 'a', meanRank: 'b' });
    expect(better(low, low)).toEqual({ 'recall@20': 'undecided', meanRank: 'undecided' });
    const ownMetrics = { missed: { kind: 'list', higherIsBetter: false, ofList: () => 0 } } as const;
    const own = ({ perUser, metrics, ...report }: EvaluationReport): EvaluationReport => ({
      ...report,
      metrics: { 'missed@20': metrics['recall@20'] },
      perUser: { 'missed@20': perUser['recall@20'] },
    });
    const { perUserMetrics } = compareReports({ a: own(low), b: own(high) }, { ownMetrics });
    expect(perUserMetrics).toMatchObject([{ metric: 'missed@20', better: 'a' }]);
    expect(compareReports({ a: low, b: high }).exposureMetrics).toEqual([
      { metric: 'coverage@20', valueA: 0.5, valueB: 0.5 },
    ]);
  });

  it('refuses reports of different questions', () => {
    expect(() => compareReports({ a: low, b: { ...high, graphHash: 'xyz' } })).toThrow(
      /differ in their graph \(abc and xyz\)/,
    );
    expect(() => compareReports({ a: low, b: { ...high, split: 'valid' } })).toThrow(/their split/);
    expect(() => compareReports({ a: low, b: { ...high, protocolHash: 'q' } })).toThrow(/held-out or excluded pairs/);
    expect(() => compareReports({ a: low, b: { ...high, userIndices: Int32Array.of(0, 1, 2, 3, 4, 9) } })).toThrow(
      /their users/,
    );
    expect(() => compareReports({ a: low, b: reportOf([1, 2]) })).toThrow(/6 users and 2 users/);
  });

  it('gives the interval of a key, and lists the keys for another', () => {
    expect(metricIntervals(low)).toEqual({
      'recall@20': metricInterval(low, 'recall@20'),
      meanRank: metricInterval(low, 'meanRank'),
    });
    expect(metricInterval(low, 'recall@20').mean).toBeCloseTo(1 / 6, 6);
    expect(() => metricInterval(low, 'recall@7')).toThrow(/it has: recall@20, meanRank/);
  });
});
