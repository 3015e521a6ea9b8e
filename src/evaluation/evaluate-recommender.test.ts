import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputsOf, type Labels, matrixRecommender } from '../../tests/labelled-matrix.js';
import { SILENT } from '../core/reporter.js';
import { Rng } from '../core/rng.js';
import { EmbeddingRecommender } from '../retrieval/embedding-recommender.js';
import { evaluateRecommender } from './evaluate-recommender.js';
import { summary } from './evaluation-report.js';
import type { OwnMetrics } from './metrics/metric.js';
import { DEFAULT_METRICS, METRIC_NAMES } from './metrics/registry.js';

const NUM_USERS = 7;
const NUM_ITEMS = 10;

const matrixOf = <T>(cell: fc.Arbitrary<T>) =>
  fc.array(fc.array(cell, { minLength: NUM_ITEMS, maxLength: NUM_ITEMS }), {
    minLength: NUM_USERS,
    maxLength: NUM_USERS,
  });
const anyLabels = matrixOf(fc.constantFrom(0, 0, 0, 1, 2)).filter((labels) => labels.flat().includes(2));
const anyScores = matrixOf(fc.oneof(fc.integer({ min: -2, max: 4 }), fc.constant(Number.NEGATIVE_INFINITY)));

/** The full ranking of a user as plain item numbers. */
function naiveRanking(scores: readonly number[], labels: readonly number[]): number[] {
  return scores
    .map((_, item) => item)
    .filter((item) => labels[item] !== 1 && scores[item] !== Number.NEGATIVE_INFINITY)
    .sort((a, b) => scores[b] - scores[a] || a - b);
}

const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Recall, ndcg and mean rank from definitions, over the users and items that `counts` lets through. */
function naiveMetrics(scores: number[][], labels: Labels, k: number, counts = (_user: number, _item: number) => true) {
  const recalls: number[] = [];
  const ndcgs: number[] = [];
  const ranks: number[] = [];
  for (const [user, row] of labels.entries()) {
    const relevant = row.flatMap((label, item) => (label === 2 && counts(user, item) ? [item] : []));
    if (relevant.length === 0) continue;
    const ranking = naiveRanking(scores[user], row);
    const positions = relevant.map((item) => ranking.indexOf(item) + 1);
    const found = positions.filter((position) => position > 0 && position <= k);
    recalls.push(found.length / relevant.length);
    const dcg = (at: number[]) => at.reduce((sum, position) => sum + 1 / Math.log2(position + 1), 0);
    ndcgs.push(dcg(found) / dcg(relevant.map((_, i) => i + 1).slice(0, k)));
    const unranked: number[] = [];
    for (let at = ranking.length + 1; at <= row.filter((label) => label !== 1).length; at++) unranked.push(at);
    ranks.push(average(positions.map((position) => (position === 0 ? average(unranked) : position))));
  }
  return { numUsers: recalls.length, recall: average(recalls), ndcg: average(ndcgs), meanRank: average(ranks) };
}

describe('evaluateRecommender', () => {
  it('equals a full sort with plain arrays', async () => {
    await fc.assert(
      fc.asyncProperty(anyScores, anyLabels, fc.integer({ min: 1, max: 12 }), async (scores, labels, k) => {
        const report = await evaluateRecommender(matrixRecommender(scores), {
          ...inputsOf(labels),
          topK: [k],
          metrics: METRIC_NAMES,
        });
        const naive = naiveMetrics(scores, labels, k);
        expect(report.numUsersEvaluated).toBe(naive.numUsers);
        expect(report.numUsersWithoutRelevant).toBe(NUM_USERS - naive.numUsers);
        expect(report.metrics[`recall@${k}`]).toBeCloseTo(naive.recall, 6);
        expect(report.metrics[`ndcg@${k}`]).toBeCloseTo(naive.ndcg, 6);
        expect(report.metrics.meanRank).toBeCloseTo(naive.meanRank, 5);
        const lists = scores.map((row, user) => naiveRanking(row, labels[user]).slice(0, k));
        const shown = lists.filter((_, user) => labels[user].includes(2)).flat();
        expect(report.metrics[`coverage@${k}`]).toBeCloseTo(new Set(shown).size / NUM_ITEMS, 12);
      }),
    );
  });

  it('computes own metrics beside the others, of all users, of groups and of all lists', async () => {
    const labels = [
      [2, 0, 1],
      [2, 2, 0],
    ];
    const own: OwnMetrics = {
      hits: {
        kind: 'list',
        higherIsBetter: true,
        ofList: (hits, k, _, start = 0) => hits.subarray(start, start + k).filter(Boolean).length,
      },
      shown: {
        kind: 'exposure',
        higherIsBetter: true,
        ofExposure: ({ counts }) => counts.filter((count) => count > 0).length,
      },
    };
    const options = { ...inputsOf(labels), topK: [2], metrics: ['recall' as const] };
    const recommender = matrixRecommender([
      [3, 2, 1],
      [3, 2, 1],
    ]);
    const report = await evaluateRecommender(recommender, { ...options, ownMetrics: own });
    expect(report.metrics).toEqual({ 'recall@2': 1, 'hits@2': 1.5, 'shown@2': 2 });
    expect([...report.perUser['hits@2']]).toEqual([1, 2]);
    const groups = report.cohorts.filter(({ numUsers }) => numUsers > 0);
    expect(groups.length).toBeGreaterThan(0);
    for (const { metrics } of groups) expect(Object.keys(metrics)).toEqual(['recall@2', 'hits@2']);
    const taken = evaluateRecommender(recommender, { ...options, ownMetrics: { ndcg: own.hits } });
    await expect(taken).rejects.toThrow(/there is a metric "ndcg" already/);
  });

  it('takes positions from a recommender that can count them, to the same mean ranks as from full rankings', async () => {
    const rng = Rng.of(5, 'mean rank');
    const table = (rows: number) => Float32Array.from({ length: rows * 3 }, () => rng.integer(5) - 2);
    const embeddings = { embeddingDim: 3, users: table(NUM_USERS), items: table(NUM_ITEMS), normalized: false };
    embeddings.users.fill(0, 3, 6); // a user for whom nothing is ranked
    const labels = Array.from({ length: NUM_USERS }, () => Array.from({ length: NUM_ITEMS }, () => rng.integer(3)));
    const counting = new EmbeddingRecommender(embeddings);
    const ranking = { ...counting, recommend: counting.recommend.bind(counting) };
    const options = { ...inputsOf(labels), topK: [3], metrics: METRIC_NAMES };
    const report = await evaluateRecommender(counting, options);
    expect(report.numUsersWithoutRanking).toBe(1);
    expect(report).toEqual(await evaluateRecommender(ranking, options));
  });

  it('judges cohorts by the same rankings', async () => {
    await fc.assert(
      fc.asyncProperty(anyScores, anyLabels, async (scores, labels) => {
        const { itemDegrees, userDegrees, ...inputs } = inputsOf(labels);
        const report = await evaluateRecommender(matrixRecommender(scores), {
          ...inputs,
          itemDegrees,
          userDegrees,
          topK: [3],
        });
        const cohort = (name: string) => report.cohorts.find((candidate) => candidate.name === name);
        const check = (name: string, counts: (user: number, item: number) => boolean) => {
          const naive = naiveMetrics(scores, labels, 3, counts);
          expect(cohort(name)?.numUsers ?? 0).toBe(naive.numUsers);
          if (naive.numUsers === 0) return;
          expect(cohort(name)?.metrics['recall@3']).toBeCloseTo(naive.recall, 6);
          expect(cohort(name)?.metrics['ndcg@3']).toBeCloseTo(naive.ndcg, 6);
        };
        check('items:cold', (_, item) => itemDegrees[item] === 0);
        check('users:cold', (user) => userDegrees[user] === 0);
        const users = report.cohorts.filter(({ name }) => name.startsWith('users:'));
        expect(users.reduce((sum, { numUsers }) => sum + numUsers, 0)).toBe(report.numUsersEvaluated);
      }),
    );
  });

  it('does not depend on the batch size', async () => {
    await fc.assert(
      fc.asyncProperty(anyScores, anyLabels, fc.integer({ min: 1, max: 6 }), async (scores, labels, batchSize) => {
        const evaluate = (size: number) =>
          evaluateRecommender(matrixRecommender(scores), {
            ...inputsOf(labels),
            topK: [2, 5],
            metrics: METRIC_NAMES,
            batchSize: size,
          });
        expect(await evaluate(batchSize)).toEqual(await evaluate(1000));
      }),
    );
  });

  it('gives a smaller K the same values beside a larger one, and beside the full ranking', async () => {
    await fc.assert(
      fc.asyncProperty(anyScores, anyLabels, async (scores, labels) => {
        const evaluate = (topK: number[], metrics = DEFAULT_METRICS) =>
          evaluateRecommender(matrixRecommender(scores), { ...inputsOf(labels), topK, metrics });
        const alone = await evaluate([2]);
        for (const report of [await evaluate([8, 2, 2]), await evaluate([2], METRIC_NAMES)]) {
          for (const [key, values] of Object.entries(alone.perUser)) expect(report.perUser[key]).toEqual(values);
          expect(report.metrics).toMatchObject(alone.metrics);
        }
      }),
    );
  });

  it('ranks a sample of the users where there are more than asked for, the same one each time, and says so', async () => {
    const rng = Rng.of(8, 'sampled-users');
    const cells = (make: () => number) => Array.from({ length: 40 }, () => Array.from({ length: 10 }, make));
    const labels = cells(() => rng.integer(3)).map((row, user) => (user < 5 ? row.map(() => 0) : [2, ...row.slice(1)]));
    const recommender = matrixRecommender(cells(() => rng.uniform()));
    const told: string[] = [];
    const reporter = { ...SILENT, info: (line: string) => told.push(line) };
    const ranked = (maxUsers?: number) =>
      evaluateRecommender(recommender, { ...inputsOf(labels), topK: [3], maxUsers, reporter });
    const [all, some, again] = [await ranked(), await ranked(12), await ranked(12)];
    expect(all.numUsersSampledFrom).toBeUndefined();
    expect(some).toMatchObject({ numUsersEvaluated: 12, numUsersSampledFrom: 35, numUsersWithoutRelevant: 5 });
    expect(again).toEqual(some);
    expect(told[0]).toMatch(/12 of 35 users/);
    expect(some.protocolHash).not.toBe(all.protocolHash);
    for (const [i, user] of some.userIndices.entries()) {
      const row = all.userIndices.indexOf(user);
      expect(some.perUser['recall@3'][i]).toBe(all.perUser['recall@3'][row]);
      if (i > 0) expect(user).toBeGreaterThan(some.userIndices[i - 1]);
    }
    expect((await ranked(35)).numUsersSampledFrom).toBeUndefined();
  });

  it('breaks ties by item', async () => {
    const labels = [[0, 2, 0, 2]];
    const report = await evaluateRecommender(matrixRecommender([[1, 1, 1, 1]]), { ...inputsOf(labels), topK: [2, 3] });
    expect(report.metrics['recall@2']).toBe(0.5);
    expect(report.metrics['mrr@3']).toBe(0.5);
  });

  it('takes a K beyond the catalogue', async () => {
    const labels = [[1, 2, 0]];
    const report = await evaluateRecommender(matrixRecommender([[1, 2, 3]]), { ...inputsOf(labels), topK: [50] });
    expect(report.metrics).toMatchObject({ 'recall@50': 1, 'precision@50': Math.fround(1 / 50), 'coverage@50': 2 / 3 });
  });

  it('counts users nothing can be ranked for as misses, and warns', async () => {
    const none = Number.NEGATIVE_INFINITY;
    const warnings: string[] = [];
    const report = await evaluateRecommender(
      matrixRecommender(
        [
          [none, none],
          [2, 1],
        ],
        false,
      ),
      {
        ...inputsOf([
          [2, 0],
          [2, 0],
        ]),
        topK: [1],
        reporter: { ...SILENT, warn: (message) => warnings.push(message) },
      },
    );
    expect(report).toMatchObject({ numUsersWithoutRanking: 1, isExact: false });
    expect(report.metrics['recall@1']).toBe(0.5);
    expect(warnings).toEqual([expect.stringContaining('approximate'), expect.stringContaining('1 evaluated users')]);
  });

  it('has a summary that survives JSON', async () => {
    const report = await evaluateRecommender(matrixRecommender([[1, 2, 3]]), {
      ...inputsOf([[1, 2, 0]]),
      split: 'test',
    });
    const plain = summary(report);
    expect(JSON.parse(JSON.stringify(plain))).toEqual(JSON.parse(JSON.stringify({ ...plain })));
    expect(plain).not.toHaveProperty('perUser');
    expect(plain).not.toHaveProperty('userIndices');
    expect(JSON.parse(JSON.stringify(plain))).toMatchObject({ protocol: 'all-ranking', split: 'test', topK: [10, 20] });
  });

  it('refuses what has no meaning', async () => {
    const recommender = matrixRecommender([[1, 2, 3]]);
    const good = inputsOf([[1, 2, 0]]);
    const refusal = (options: object) => expect(evaluateRecommender(recommender, { ...good, ...options })).rejects;
    await refusal({ topK: [0] }).toThrow(/expected integers of at least 1, got 0/);
    await refusal({ topK: [] }).toThrow(/at least one K/);
    await refusal({ batchSize: 1.5 }).toThrow(/got 1.5/);
    await refusal({ metrics: ['ndgc'] }).toThrow(/did you mean "ndcg"/);
    await refusal({ itemDegrees: new Int32Array(2) }).toThrow(/itemDegrees: expected length 3, got 2/);
    await refusal({ relevant: inputsOf([[0, 0, 0]]).relevant, split: 'valid' }).toThrow(
      /no user has a held-out item in valid/,
    );
    await refusal({ exclude: good.relevant }).toThrow(expect.objectContaining({ code: 'EVAL_LEAK', exitCode: 3 }));
  });
});
