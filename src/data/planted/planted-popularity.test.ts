/** Popularity that drifts: its law stays, its order goes, and what was popular long ago says less about today. */
import { describe, expect, test } from 'vitest';
import { createExposureWorld, exposureOracleScores } from './exposure-world.js';
import { logPopularityAt } from './planted-popularity.js';
import { createPlantedWorld, type PlantedWorld, plantedOracleScores } from './planted-world.js';

const SIZE = { numUsers: 600, numItems: 400, meanInteractions: 30, lateItemShare: 0, popularityExponent: 0.8 };

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const [products, squaresA, squaresB] = Array.from(a).reduce<[number, number, number]>(
    ([ab, aa, bb], value, i) => [ab + (value - ma) * (b[i] - mb), aa + (value - ma) ** 2, bb + (b[i] - mb) ** 2],
    [0, 0, 0],
  );
  return products / Math.sqrt(squaresA * squaresB);
}

/** Log of one more than how often each item was taken in a part of the log. */
function takenIn({ interactions, options }: PlantedWorld, from: number, to: number): Float64Array {
  const { itemIndex } = interactions;
  const counts = new Float64Array(options.numItems);
  for (const item of itemIndex.subarray(from * itemIndex.length, to * itemIndex.length)) counts[item]++;
  return counts.map((count) => Math.log(1 + count));
}

describe('popularity that drifts', () => {
  const worlds = [0, 0.3, 0.6, 1].map((popularityDrift) => createPlantedWorld({ ...SIZE, popularityDrift }));

  test('makes early and late clicks agree the less, the more it drifts', () => {
    const agreement = worlds.map((world) => correlation(takenIn(world, 0, 0.2), takenIn(world, 0.8, 1)));
    expect(agreement[0]).toBeGreaterThan(0.5);
    expect(agreement[3]).toBeLessThan(0.25);
    for (let i = 1; i < agreement.length; i++) expect(agreement[i]).toBeLessThan(agreement[i - 1] - 0.03);
  });

  test('keeps mean and spread, and turns away from its beginning by the stated angle', () => {
    const { truth } = worlds[3];
    const spread = (x: Float64Array): [number, number] => {
      const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
      return [mean, Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length)];
    };
    const [mean, deviation] = spread(truth.itemLogPopularity);
    const chance = correlation(truth.itemLogPopularity, truth.itemEndLogPopularity);
    expect(Math.abs(chance)).toBeLessThan(0.15);
    for (const [popularityDrift, at] of [
      [1, 0.5],
      [0.5, 1],
      [0.4, 0.5],
      [1, 1],
    ]) {
      const now = logPopularityAt({ popularityDrift }, truth, at);
      const angle = (popularityDrift * at * Math.PI) / 2;
      expect(spread(now)[0]).toBeCloseTo(mean, 10);
      const stretched = Math.sqrt(1 + 2 * Math.cos(angle) * Math.sin(angle) * chance);
      expect(spread(now)[1] / deviation).toBeCloseTo(stretched, 10);
      const expected = (Math.cos(angle) + Math.sin(angle) * chance) / stretched;
      expect(correlation(truth.itemLogPopularity, now)).toBeCloseTo(expected, 10);
    }
  });

  test('moves no popularity from one taste to another', () => {
    const { truth, options } = worlds[3];
    const ofTaste = (popularity: Float64Array): Float64Array => {
      const sums = new Float64Array(options.numTastes);
      popularity.forEach((value, item) => {
        sums[truth.itemTaste[item]] += Math.exp(value);
      });
      return sums;
    };
    const [before, after] = [truth.itemLogPopularity, truth.itemEndLogPopularity].map(ofTaste);
    for (const [taste, sum] of before.entries()) expect(after[taste]).toBeCloseTo(sum, 8);
    expect(truth.itemEndLogPopularity).not.toEqual(truth.itemLogPopularity);
  });

  test('leaves times, tastes and a world without it as they were', () => {
    expect(worlds[0]).toEqual(createPlantedWorld(SIZE));
    expect(worlds[3].interactions.timestamp).toEqual(worlds[0].interactions.timestamp);
    expect(worlds[3].truth).toEqual(worlds[0].truth);
    expect(worlds[3].interactions.itemIndex).not.toEqual(worlds[0].interactions.itemIndex);
    expect(createPlantedWorld({ ...SIZE, popularityDrift: 1 })).toEqual(worlds[3]);
  });

  test('leaves the draws of a world that was made before there was such a thing', () => {
    const { itemIndex } = createPlantedWorld({
      seed: 5,
      numUsers: 60,
      numItems: 90,
      meanInteractions: 12,
    }).interactions;
    expect(itemIndex).toHaveLength(614);
    expect([...itemIndex.subarray(0, 10)]).toEqual([54, 72, 53, 27, 62, 65, 74, 72, 56, 34]);
    expect([...itemIndex.subarray(-6)]).toEqual([65, 15, 73, 53, 77, 52]);
  });

  test('is in the true scores of its time, which explain the late draws better than those of the beginning', () => {
    const world = worlds[3];
    const { userIndex, itemIndex } = world.interactions;
    const from = Math.round(0.9 * itemIndex.length);
    const meanScore = (at: number): number => {
      let sum = 0;
      for (let row = from; row < itemIndex.length; row++) {
        const scores = plantedOracleScores(world, userIndex[row], { at });
        sum += scores[itemIndex[row]] - Math.log(scores.reduce((total, score) => total + Math.exp(score), 0));
      }
      return sum / (itemIndex.length - from);
    };
    expect(meanScore(0.95)).toBeGreaterThan(meanScore(0) + 0.2);
  });
});

test('the log of an old system follows the popularity of its time, and is the same without drift', () => {
  const size = { seed: 5, numUsers: 150, numItems: 200, meanInteractions: 20, lateItemShare: 0, popularityExponent: 1 };
  const [still, moved] = [0, 1].map((popularityDrift) => createExposureWorld({ ...size, popularityDrift }));
  expect(still).toEqual(createExposureWorld(size));
  const agreement = [still, moved].map((world) => correlation(takenIn(world, 0, 0.25), takenIn(world, 0.75, 1)));
  expect(agreement[1]).toBeLessThan(agreement[0] - 0.2);
  const spread = (at: number): number =>
    correlation(exposureOracleScores(still, 3, { at }), exposureOracleScores(moved, 3, { at }));
  expect(spread(0)).toBeCloseTo(1, 10);
  expect(spread(1)).toBeLessThan(0.99);
});

test.each([-0.1, 1.1, Number.NaN])('a drift of %f is refused', (popularityDrift) => {
  expect(() => createPlantedWorld({ popularityDrift })).toThrow(/popularityDrift: expected 0 … 1/);
});
