import { describe, expect, test } from 'vitest';
import type { Interactions, SplitInteractions } from '../interaction-set.js';
import { splitInteractionSet } from '../load-dataset.js';
import { PLANTED_DEFAULTS } from './planted-options.js';
import { tastesAt } from './planted-tastes.js';
import { createPlantedWorld, plantedOracleScores } from './planted-world.js';

type Scores = (user: number) => ArrayLike<number>;

/** Mean share of a user's test items among its 20 best unseen ones; every third user, if it has test items. */
function recallAt20({ train, valid, test, users, items }: SplitInteractions, scores: Scores): number {
  const itemsOf = (...parts: Interactions[]) => {
    const sets = Array.from({ length: users.size }, () => new Set<number>());
    for (const { userIndex, itemIndex } of parts) {
      for (let row = 0; row < userIndex.length; row++) sets[userIndex[row]].add(itemIndex[row]);
    }
    return sets;
  };
  const seen = itemsOf(train, valid);
  const recalls = itemsOf(test).flatMap((relevant, user) => {
    if (relevant.size === 0 || user % 3 !== 0) return [];
    const score = scores(user);
    const ranked = Array.from(items.ids.keys())
      .filter((item) => !seen[user].has(item))
      .sort((a, b) => score[b] - score[a] || a - b);
    return [ranked.slice(0, 20).filter((item) => relevant.has(item)).length / relevant.size];
  });
  return recalls.reduce((sum, value) => sum + value, 0) / recalls.length;
}

function popularity({ train, items }: SplitInteractions): Scores {
  const counts = new Float64Array(items.size);
  for (const item of train.itemIndex) counts[item]++;
  return () => counts;
}

describe('the default world', () => {
  const world = createPlantedWorld();
  const { interactions } = world;

  test('has the stated size and only positives in the order of time', () => {
    expect([interactions.users.size, interactions.items.size]).toEqual([800, 600]);
    expect(interactions.userIndex.length).toBeGreaterThan(22_000);
    expect(interactions.userIndex.length).toBeLessThan(28_000);
    expect(interactions.timestamp).toEqual(interactions.timestamp!.slice().sort());
  });

  test.each(['per-user-time', 'global-time', 'random'] as const)(
    '%s: the oracle is far above popularity and above every other way to use the truth',
    (name) => {
      const split = splitInteractionSet(interactions, { split: { name } });
      const oracle = recallAt20(split, (user) => plantedOracleScores(world, user));
      expect(oracle).toBeGreaterThan(0.3);
      expect(recallAt20(split, popularity(split))).toBeLessThan(oracle / 2);
      const { truth, options } = world;
      const tasteAlone: Scores = (user) =>
        Float64Array.from(truth.itemTaste, (taste) => truth.userTastes[user * options.numTastes + taste]);
      expect(recallAt20(split, tasteAlone)).toBeLessThan(oracle);
      expect(recallAt20(split, () => truth.itemLogPopularity)).toBeLessThan(oracle / 2);
    },
  );

  test('what the graph shows is enough to come near the oracle: tastes estimated from train by counting', () => {
    const split = splitInteractionSet(interactions, { split: { name: 'per-user-time' } });
    const { itemTaste } = world.truth;
    const { numTastes } = world.options;
    const counts = popularity(split)(0);
    const ofTaste = new Float64Array(numTastes);
    itemTaste.forEach((taste, item) => {
      ofTaste[taste] += counts[item];
    });
    const own = new Float64Array(800 * numTastes).fill(0.5);
    split.train.userIndex.forEach((user, row) => {
      own[user * numTastes + itemTaste[split.train.itemIndex[row]]]++;
    });
    const estimate: Scores = (user) =>
      Float64Array.from(
        itemTaste,
        (taste, item) => (own[user * numTastes + taste] * (counts[item] + 1)) / ofTaste[taste],
      );
    const oracle = recallAt20(split, (user) => plantedOracleScores(world, user));
    expect(recallAt20(split, estimate)).toBeGreaterThan(0.92 * oracle);
  });

  test('late items are taken only after they appeared, and a global split makes some of them cold', () => {
    const { itemRelease } = world.truth;
    const late = [...itemRelease.keys()].filter((item) => itemRelease[item] > 0);
    expect(late).toHaveLength(30);
    const begin = Date.UTC(2024, 0, 1) / 1000;
    const tooEarly = interactions.itemIndex.filter(
      (item, row) => interactions.timestamp![row] - begin < itemRelease[item],
    );
    expect(tooEarly).toHaveLength(0);
    const { split } = splitInteractionSet(interactions, { split: { name: 'global-time' } });
    expect(split.cold.test.items).toBeGreaterThan(0);
  });

  test('popularity and activity have long tails', () => {
    const shareOfTop = (index: Int32Array, size: number): number => {
      const counts = new Float64Array(size);
      for (const i of index) counts[i]++;
      const top = counts.sort().slice(-Math.round(size / 10));
      return top.reduce((sum, count) => sum + count, 0) / index.length;
    };
    expect(shareOfTop(interactions.itemIndex, 600)).toBeGreaterThan(0.18);
    expect(shareOfTop(interactions.userIndex, 800)).toBeGreaterThan(0.18);
  });

  test('attributes follow the tastes, with some noise', () => {
    const { genre, tags, price, title } = interactions.itemFeatures!.columns;
    if (genre.kind !== 'categorical' || tags.kind !== 'multi-valued') throw new Error('unexpected kinds');
    const agreeing = world.truth.itemTaste.filter((taste, item) => genre.codes[item] === taste).length / 600;
    expect(agreeing).toBeGreaterThan(0.85);
    expect(agreeing).toBeLessThan(0.99);
    expect([price.kind, title.kind, tags.offsets.at(-1)! / 600 > 2]).toEqual(['numeric', 'text', true]);
    expect(Object.keys(interactions.userFeatures!.columns)).toEqual(['segment', 'interests', 'age']);
  });
});

test('a seed gives one world, another seed another', () => {
  const small = { numUsers: 30, numItems: 80, meanInteractions: 10 };
  expect(createPlantedWorld({ ...small, seed: 1 })).toEqual(createPlantedWorld({ ...small, seed: 1 }));
  const [a, b] = [1, 2].map((seed) => createPlantedWorld({ ...small, seed }).interactions.itemIndex);
  expect(a).not.toEqual(b);
});

test('without sharpness everybody has the same taste', () => {
  const world = createPlantedWorld({ numUsers: 5, numItems: 80, meanInteractions: 10, sharpness: 0 });
  expect(plantedOracleScores(world, 0)).toEqual(plantedOracleScores(world, 4));
});

test('draws follow the stated weights', () => {
  // every user draws first from all items: the share of first draws per item must be its share of the weights
  const world = createPlantedWorld({
    numUsers: 20_000,
    numItems: 8,
    numTastes: 2,
    meanInteractions: 2,
    sharpness: 1,
    popularityExponent: 1,
    lateItemShare: 0,
  });
  const first = new Map<number, number>();
  world.interactions.userIndex.forEach((user, row) => {
    if (!first.has(user)) first.set(user, world.interactions.itemIndex[row]);
  });
  const drawn = new Float64Array(8);
  for (const item of first.values()) drawn[item] += 1 / 20_000;
  const expected = new Float64Array(8);
  for (let user = 0; user < 20_000; user++) {
    const weights = plantedOracleScores(world, user).map(Math.exp);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, item) => {
      expected[item] += weight / total / 20_000;
    });
  }
  for (let item = 0; item < 8; item++) expect(drawn[item]).toBeCloseTo(expected[item], 2);
});

describe('tastes that drift', () => {
  const moving = createPlantedWorld({ drift: 0.5, lateItemShare: 0 });

  test('move from the first to the second, so that draws follow the tastes of their time', () => {
    const { interactions, truth, options } = moving;
    const tastes = (user: number, at: number) => tastesAt(options, truth, { userIndex: user, at });
    for (const user of [0, 17, 799]) {
      const [before, after] = [tastes(user, 0), tastes(user, 1)];
      expect([...before]).toEqual([...truth.userTastes.subarray(user * 10, (user + 1) * 10)]);
      const first = before.indexOf(Math.max(...before));
      expect(before[first] - after[first]).toBeCloseTo(0.5, 10);
      for (const shares of [after, tastes(user, 0.3)]) expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    }
    // mean share of the taken item's taste in the tastes of one time or another; any item's would be 1 / numTastes
    const meanShare = (rows: number[], at: (row: number) => number): number =>
      rows.reduce(
        (sum, row) => sum + tastes(interactions.userIndex[row], at(row))[truth.itemTaste[interactions.itemIndex[row]]],
        0,
      ) / rows.length;
    const rows = [...interactions.userIndex.keys()];
    const late = rows.slice(-rows.length / 5);
    const time = (row: number): number => row / rows.length;
    expect(meanShare(late, time)).toBeGreaterThan(meanShare(late, () => 0) + 0.1);
    expect(meanShare(rows.slice(0, rows.length / 5), time)).toBeGreaterThan(0.4);
  });

  test('leave a world without drift as it was, to the last row', () => {
    expect(createPlantedWorld({ drift: 0 })).toEqual(createPlantedWorld());
    const [still, moved] = [createPlantedWorld({ lateItemShare: 0 }), moving].map(({ interactions }) => interactions);
    expect(moved.timestamp).toEqual(still.timestamp);
    expect(moved.itemIndex).not.toEqual(still.itemIndex);
  });

  test('make the truth of the test period the best ranking of a split by time, and that of the beginning a poor one', () => {
    const split = splitInteractionSet(moving.interactions, { split: { name: 'global-time' } });
    const [now, then] = [1, 0].map((at) => recallAt20(split, (user) => plantedOracleScores(moving, user, { at })));
    expect(then).toBeLessThan(0.8 * now);
    // within the last fifth of the time tastes go on moving: its middle is better still, or as good
    expect(recallAt20(split, (user) => plantedOracleScores(moving, user, { at: 0.9 }))).toBeGreaterThan(0.98 * now);
  });
});

test.each([
  [{ numTastes: 1 }, /numTastes/],
  [{ numItems: 5 }, /numItems/],
  [{ meanInteractions: 200 }, /quarter of the items/],
  [{ lateItemShare: 0.9 }, /lateItemShare/],
  [{ drift: 1.5 }, /drift: expected 0 … 1, got 1.5/],
])('%j is refused', (options, message) => {
  expect(() => createPlantedWorld(options)).toThrow(message);
  expect(PLANTED_DEFAULTS.numTastes).toBe(10);
});
