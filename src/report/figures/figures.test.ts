/** The numbers behind a page's charts, against their definitions written out. */
import { describe, expect, it } from 'vitest';
import { fakeRun } from '../../../tests/fake-run.js';
import { emptyRagged, type Ragged, raggedFromPairs } from '../../core/ragged.js';
import { Rng } from '../../core/rng.js';
import { buildBipartiteCsr } from '../../graph/bipartite-csr.js';
import { giniOfSorted } from '../../graph/graph-statistics.js';
import type { EpochRecord } from '../../runs/report.js';
import { degreeTail, leakFigures, timeHistograms } from './data-figures.js';
import {
  alignmentUniformityPath,
  gradientShares,
  lossCurves,
  metricCurves,
  negativeCurves,
  otherCurves,
  temperatureCurves,
} from './epoch-curves.js';
import { lorenzCurve, occurrenceBins, occurrencesIn } from './occurrences.js';
import { groupShares, popularityGroups, popularityLift } from './popularity-bias.js';
import { similarityHistograms } from './similarity-histograms.js';
import { topLists } from './top-lists.js';

const ragged = (...rows: number[][]): Ragged =>
  raggedFromPairs(
    Int32Array.from(rows.flatMap((row, i) => row.map(() => i))),
    Int32Array.from(rows.flat()),
    rows.length,
  );

function randomRows(label: string, count: number, dim: number): Float32Array {
  const rng = Rng.of(3, label);
  return Float32Array.from({ length: count * dim }, () => rng.normal());
}

const cosineOf = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
    Array.from(x).reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

describe('occurrences', () => {
  it('count in how many lists an item stands', () => {
    expect([...occurrencesIn(Int32Array.of(0, 2, 2, -1, 2, 0), 4)]).toEqual([2, 0, 3, 0]);
  });

  it('fall into bins that double', () => {
    const counts = Int32Array.of(0, 0, 1, 2, 3, 4, 7, 8);
    const bins = occurrenceBins(counts);
    expect(bins.map(({ from, to }) => [from, to])).toEqual([
      [0, 0],
      [1, 1],
      [2, 3],
      [4, 7],
      [8, 15],
    ]);
    expect(bins.map(({ numItems }) => numItems)).toEqual(
      bins.map(({ from, to }) => [...counts].filter((count) => count >= from && count <= to).length),
    );
  });

  it('have a Lorenz curve whose area gives their Gini coefficient', () => {
    const rng = Rng.of(5, 'lorenz');
    const counts = Int32Array.from({ length: 80 }, () => rng.integer(30));
    const points = lorenzCurve(counts);
    expect(points[0]).toEqual([0, 0]);
    expect(points.at(-1)).toEqual([1, 1]);
    const area = points.slice(1).reduce((sum, [x, y], i) => sum + ((x - points[i][0]) * (y + points[i][1])) / 2, 0);
    expect(1 - 2 * area).toBeCloseTo(giniOfSorted(counts.slice().sort()), 10);
    expect(lorenzCurve(new Int32Array(1000)).length).toBeLessThanOrEqual(102);
  });
});

describe('popularity', () => {
  const degrees = Int32Array.of(5, 0, 1, 3, 1);

  it('groups hold about equal shares of the interactions, the most popular first', () => {
    const groups = popularityGroups(degrees, 2);
    expect([...groups.groupOf]).toEqual([0, -1, 1, 1, 1]);
    expect(groups.numItems).toEqual([1, 3]);
    expect(groupShares(degrees, groups)).toEqual([0.5, 0.5]);
    // an item of no group still takes a place
    expect(groupShares(Int32Array.of(1, 1, 0, 2, 0), groups)).toEqual([0.25, 0.5]);
  });

  it('lift compares what users are shown with what they had', () => {
    const train = buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 0, 1, 2), itemIndex: Int32Array.of(2, 4, 3, 0) },
      { numUsers: 3, numItems: 5 },
    );
    const lists = { users: Int32Array.of(0, 1, 2), k: 2, ids: Int32Array.of(0, 3, 0, -1, -1, -1) };
    // had: (1 + 1)/2 and 3; shown: (5 + 3)/2 and 5; the third user gets nothing
    expect(popularityLift(lists, train, degrees)).toBeCloseTo((9 - 4) / 4, 12);
  });
});

describe('lists', () => {
  it('are the recommender’s, whatever the batch', async () => {
    const { recommender } = fakeRun({ folder: 'nowhere' });
    const exclude = ragged(...Array.from({ length: 30 }, (_, user) => [user, user + 1]));
    const users = Int32Array.of(3, 17, 29);
    const lists = await topLists(recommender, users, { k: 7, exclude });
    const single = await recommender.recommend(Int32Array.of(17), 7, ragged([17, 18]));
    expect([...lists.ids.subarray(7, 14)]).toEqual([...single.ids]);
    expect((await topLists(recommender, users, { k: 500, exclude })).k).toBe(120);
  });
});

describe('similarities', () => {
  it('are the cosines of every pair where there are few, and sum to one', () => {
    const [dim, numUsers, numItems] = [4, 6, 9];
    const embeddings = {
      embeddingDim: dim,
      users: randomRows('users', numUsers, dim),
      items: randomRows('items', numItems, dim),
      normalized: false,
    };
    embeddings.items.fill(0, 0, dim);
    const train = ragged([0, 1], [2], [], [3, 4, 5], [1], [8]);
    const heldOut = ragged([3], [], [1], [], [], [0]);
    const lists = { users: Int32Array.of(0, 1), k: 2, ids: Int32Array.of(3, 4, 5, -1) };
    const [training, held, listed, random] = similarityHistograms(embeddings, { train, heldOut, lists });
    const row = (table: Float32Array, at: number): Float32Array => table.subarray(at * dim, (at + 1) * dim);
    const meanOf = (pairs: [number, number][]): number =>
      pairs.reduce((sum, [u, i]) => sum + cosineOf(row(embeddings.users, u), row(embeddings.items, i)), 0) /
      pairs.length;
    // item 0 has no direction
    expect(training.numPairs).toBe(7);
    expect(held.mean).toBeCloseTo(
      meanOf([
        [0, 3],
        [2, 1],
      ]),
      5,
    );
    expect(training.mean).toBeCloseTo(
      meanOf([
        [0, 1],
        [1, 2],
        [3, 3],
        [3, 4],
        [3, 5],
        [4, 1],
        [5, 8],
      ]),
      5,
    );
    // user 0's item 3 is held out
    expect(listed.mean).toBeCloseTo(
      meanOf([
        [0, 4],
        [1, 5],
      ]),
      5,
    );
    for (const { points } of [training, held, listed, random]) {
      expect(points.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 10);
    }
    expect(random.numPairs).toBeGreaterThan(10_000);
  });

  it('of kinds without a pair are left out', () => {
    const embeddings = {
      embeddingDim: 2,
      users: Float32Array.of(1, 0),
      items: Float32Array.of(0, 1),
      normalized: true,
    };
    const lists = { users: new Int32Array(0), k: 1, ids: new Int32Array(0) };
    const names = similarityHistograms(embeddings, { train: ragged([0]), heldOut: emptyRagged(1), lists });
    expect(names.map(({ name }) => name)).toEqual(['in training', 'random pairs']);
  });
});

describe('data', () => {
  it('the tail of degrees is the share of nodes with at least so many', () => {
    const rng = Rng.of(2, 'degrees');
    const degrees = Int32Array.from({ length: 500 }, () => Math.floor(1 / (rng.uniform() + 1e-3)));
    const points = degreeTail(degrees);
    for (const [degree, share] of points) expect(share).toBe(degrees.filter((own) => own >= degree).length / 500);
    expect(points[0][0]).toBe(1);
    expect(degreeTail(new Int32Array(3))).toEqual([]);
  });

  const base = fakeRun({ folder: 'nowhere', numUsers: 2, numItems: 4 }).graph;
  const timed = {
    ...base,
    train: buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 0, 1), itemIndex: Int32Array.of(0, 1, 0), timestamp: Float64Array.of(0, 10, 50) },
      { numUsers: 2, numItems: 4 },
    ),
    valid: ragged([2], []),
    test: ragged([3], [2, 3]),
    validColumns: { timestamp: Float64Array.of(20) },
    testColumns: { timestamp: Float64Array.of(30, 45, 80) },
  };

  it('times are counted by part over equal stretches', () => {
    const histograms = timeHistograms(timed);
    expect(histograms.map(({ name }) => name)).toEqual(['train', 'validation', 'test']);
    const sums = histograms.map(({ points }) => points.reduce((sum, [, count]) => sum + count, 0));
    expect(sums).toEqual([3, 1, 3]);
    // stretches of 2: 20 begins the eleventh
    expect(histograms[1].points).toEqual([
      [20, 1],
      [22, 0],
    ]);
    expect(histograms[2].points.at(-1)).toEqual([80, 0]);
    expect(timeHistograms(base)).toEqual([]);
  });

  it('held-out pairs that are known or early are counted', () => {
    expect(leakFigures(timed)).toEqual({ inTrain: 0, inBoth: 0, beforeOwnTrain: 1 / 3, beforeAnyTrain: 2 / 3 });
    expect(leakFigures({ ...timed, valid: ragged([1, 3], [2]) })).toMatchObject({ inTrain: 1, inBoth: 2 });
    expect(leakFigures(base)).toEqual({ inTrain: 0, inBoth: 0 });
  });
});

describe('curves over epochs', () => {
  const negatives = (first: number, second: number) => ({
    uniform: { share: 0.9, meanScore: 0.1, falseNegatives: 0, gradientNorm: first },
    hard: { share: 0.1, meanScore: 0.6, falseNegatives: 0.2, gradientNorm: second },
  });
  const records: EpochRecord[] = [
    { epoch: 1, step: 3, learningRate: 0.1, losses: { total: 5, main: 4 }, stepMs: 1, negatives: negatives(1, 3) },
    {
      epoch: 2,
      step: 6,
      learningRate: 0.1,
      losses: { total: 4, main: 3 },
      stepMs: 1,
      valid: { 'ndcg@20': 0.2 },
      temperature: 0.3,
      negatives: negatives(0, 0),
      alignment: 0.5,
      uniformity: { users: -2, items: -3 },
      deadPrototypes: { items: 4 },
    },
  ];

  it('have the epochs that have the figure', () => {
    expect(lossCurves(records)).toEqual([
      {
        name: 'total',
        points: [
          [1, 5],
          [2, 4],
        ],
      },
      {
        name: 'main',
        points: [
          [1, 4],
          [2, 3],
        ],
      },
    ]);
    expect(metricCurves(records)).toEqual([{ name: 'ndcg@20', points: [[2, 0.2]] }]);
    expect(temperatureCurves(records)).toEqual([{ name: 'main', points: [[2, 0.3]] }]);
    expect(otherCurves(records).map(({ name }) => name)).toEqual(['learning rate', 'dead item prototypes']);
    expect(alignmentUniformityPath(records)).toEqual({ epochs: [2], points: [[0.5, -2.5]] });
  });

  it('share the gradient out among negative sources', () => {
    expect(gradientShares(records)).toEqual([
      {
        name: 'uniform',
        points: [
          [1, 0.25],
          [2, Number.NaN],
        ],
      },
      {
        name: 'hard',
        points: [
          [1, 0.75],
          [2, Number.NaN],
        ],
      },
    ]);
    expect(negativeCurves(records, 'falseNegatives')[1].points).toEqual([
      [1, 0.2],
      [2, 0.2],
    ]);
  });

  it('take what was no number for a gap', () => {
    const record = { ...records[0], losses: { total: null as unknown as number } };
    expect(lossCurves([record])[0].points).toEqual([[1, Number.NaN]]);
  });
});
