/** Several evaluations against the first: each as if it were alone, p-values and verdicts corrected for their number. */
import { expect, it } from 'vitest';
import { Rng } from '../core/rng.js';
import { compareReports } from './compare-reports.js';
import { compareReportsToFirst } from './compare-to-first.js';
import type { EvaluationReport } from './evaluation-report.js';
import { defineMetric } from './metrics/metric.js';

const NUM_USERS = 200;

function reportOf(key: string, values: Float32Array): EvaluationReport {
  return {
    ...{ protocol: 'all-ranking', task: 'overall', split: 'test', graphHash: 'g', protocolHash: 'p', isExact: true },
    ...{ topK: [20], numItems: 9, numCandidates: 9, numUsersEvaluated: NUM_USERS, numUsersWithoutRelevant: 0 },
    ...{ numUsersWithoutRanking: 0, cohorts: [], userIndices: Int32Array.from({ length: NUM_USERS }, (_, u) => u) },
    metrics: { [key]: values.reduce((sum, value) => sum + value, 0) / NUM_USERS },
    perUser: { [key]: values },
  } as EvaluationReport;
}

/** Recalls of users, `by` more than the first's on average. */
function recalls(name: string, by: number): Float32Array {
  const [shared, own] = [Rng.of(3, 'shared'), Rng.of(3, name)];
  return Float32Array.from({ length: NUM_USERS }, () => shared.uniform() + 0.1 * own.normal() + by);
}

it('corrects by Holm, and calls better only what stays below .05', () => {
  const effects = [0, 0.1, 0.016, 0.001];
  const reports = effects.map((by, i) => reportOf('recall@20', recalls(`run ${i}`, by)));
  const compared = compareReportsToFirst(reports);
  const alone = reports.slice(1).map((b) => compareReports({ a: reports[0], b }).perUserMetrics[0]);
  // Holm by hand: sorted, times how many are left, never falling
  const order = [...alone.keys()].sort((a, b) => alone[a].pValue - alone[b].pValue);
  let least = 0;
  const expected: number[] = [];
  for (const [rank, at] of order.entries()) {
    least = Math.max(least, Math.min(1, alone[at].pValue * (alone.length - rank)));
    expected[at] = least;
  }
  for (const [i, { numUsers, perUserMetrics }] of compared.entries()) {
    expect(numUsers).toBe(NUM_USERS);
    const [row] = perUserMetrics;
    expect(row.pHolm).toBeCloseTo(expected[i], 12);
    expect(row).toMatchObject({ meanDifference: alone[i].meanDifference, pValue: alone[i].pValue });
    expect(row.better).toBe(expected[i] < 0.05 ? alone[i].better : 'undecided');
  }
  expect(compared[0].perUserMetrics[0].better).toBe('b');
  expect(compared[2].perUserMetrics[0].better).toBe('undecided');
});

it('knows metrics beside the registry’s', () => {
  const lower = defineMetric({
    kind: 'per-user',
    doc: { summary: '', formula: '' },
    higherIsBetter: false,
    compute: () => 0,
  } as unknown as Parameters<typeof defineMetric>[0]);
  const reports = [0, 0.2, 0.3].map((by, i) => reportOf('own@20', recalls(`run ${i}`, by)));
  expect(() => compareReportsToFirst(reports)).toThrow(/own/);
  const compared = compareReportsToFirst(reports, { ownMetrics: { own: lower } });
  expect(compared.map(({ perUserMetrics }) => perUserMetrics[0].better)).toEqual(['a', 'a']);
});
