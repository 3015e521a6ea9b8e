import { describe, expect, it } from 'vitest';
import type { EvaluationReport } from '../index.js';
import { comparisonText, evaluationText, severalText } from './evaluation-text.js';

const report: EvaluationReport = {
  protocol: 'all-ranking',
  task: 'overall',
  split: 'test',
  protocolHash: 'x',
  isExact: true,
  topK: [10, 20],
  numItems: 50,
  numCandidates: 50,
  numUsersEvaluated: 7,
  numUsersSampledFrom: 30,
  numUsersWithoutRelevant: 2,
  numUsersWithoutRanking: 0,
  metrics: { 'recall@10': 0.125, 'recall@20': 0.25, meanRank: 12.345 },
  cohorts: [
    { name: 'items:head', definition: 'the popular ones', numUsers: 3, metrics: { 'recall@20': 0.5 } },
    { name: 'items:cold', definition: 'the new ones', numUsers: 0, metrics: {} },
  ],
  userIndices: new Int32Array(7),
  perUser: {},
};

describe('evaluationText', () => {
  it('says who was asked, and shows a row a metric with a column a length', () => {
    const interval = { low: 0.2, high: 0.3 } as never;
    const lines = evaluationText(report, { 'recall@20': interval }).split('\n');
    expect(lines[0]).toBe('test: 7 users drawn from 30 (2 have nothing held out), all of 50 items ranked');
    expect(lines[2]).toMatch(/^metric +@10 +@20$/);
    expect(lines[4]).toMatch(/^recall +0\.1250 +0\.2500 \[0\.2000, 0\.3000\]$/);
    expect(lines[5]).toMatch(/^meanRank +12\.3$/);
    expect(lines.at(-2)).toMatch(/^items:head +3 +0\.5000 +– +– +the popular ones$/);
    expect(lines.at(-1)).toMatch(/^items:cold +0 +– +– +– +the new ones$/);
  });
});

describe('comparisonText', () => {
  it('shows differences with their signs, p-values and who is better', () => {
    const test = (metric: string, [valueA, valueB]: number[], pValue: number, better: 'a' | 'b' | 'undecided') => {
      const meanDifference = valueB - valueA;
      return { metric, valueA, valueB, meanDifference, low: meanDifference - 0.1, high: 0.1, pValue, better } as never;
    };
    const text = comparisonText({
      numUsers: 40,
      perUserMetrics: [
        test('recall@20', [0.25, 0.5], 1e-5, 'b'),
        test('ndcg@20', [0.5, 0.25], 0.0412, 'a'),
        test('mrr@20', [0.1, 0.1], 1, 'undecided'),
      ],
      exposureMetrics: [{ metric: 'coverage@20', valueA: 0.75, valueB: 0.5 }],
    });
    const lines = text.split('\n');
    expect(lines[0]).toBe('40 users, each judged under both');
    expect(lines[2]).toMatch(/^metric +A +B +B − A \[95 %\] +p +better$/);
    expect(lines[4]).toMatch(/^recall@20 +0\.2500 +0\.5000 +\+0\.2500 \[\+0\.1500, \+0\.1000\] +< 0\.0001 +B$/);
    expect(lines[5]).toMatch(/^ndcg@20 +0\.5000 +0\.2500 +−0\.2500 \[−0\.3500, \+0\.1000\] +0\.0412 +A$/);
    expect(lines[6]).toMatch(/^mrr@20 .* 1\.0000$/);
    expect(lines[7]).toMatch(/^coverage@20 +0\.7500 +0\.5000 +−0\.2500$/);
  });
});

it('several runs stand below the first, each with its corrected p-value', () => {
  const row = { metric: 'recall@20', valueA: 0.25, valueB: 0.5, meanDifference: 0.25, low: 0.1, high: 0.4 };
  const others = [
    { folder: 'runs/b', numUsers: 40, perUserMetrics: [{ ...row, pHolm: 0.03, better: 'b' }] },
    { folder: 'runs/c', numUsers: 40, perUserMetrics: [{ ...row, pHolm: 0.06, better: 'undecided' }] },
  ] as never;
  const lines = severalText('runs/a', others).split('\n');
  expect(lines.slice(0, 5)).toEqual(['A  runs/a', 'B  runs/b', 'C  runs/c', '', '40 users, each judged under all']);
  expect(lines[6]).toMatch(/^metric +run +value +difference from A \[95 %\] +p \(Holm\) +better$/);
  expect(lines[8]).toMatch(/^recall@20 +A +0\.2500$/);
  expect(lines[9]).toMatch(/^ +B +0\.5000 +\+0\.2500 \[\+0\.1000, \+0\.4000\] +0\.0300 +B$/);
  expect(lines[10]).toMatch(/^ +C .* 0\.0600$/);
});
