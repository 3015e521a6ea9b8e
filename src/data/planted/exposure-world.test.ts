import { describe, expect, it } from 'vitest';
import { EVENT_CODES, type EventName } from '../interaction-set.js';
import { splitInteractionSet } from '../load-dataset.js';
import { createExposureWorld, exposureOracleScores } from './exposure-world.js';

const world = createExposureWorld({ numUsers: 120, numItems: 200, meanInteractions: 20, seed: 5 });
const { interactions, truth, options } = world;
const rowsOf = (...events: EventName[]): number[] => {
  const codes: number[] = events.map((name) => EVENT_CODES[name]);
  return [...interactions.event!.keys()].filter((row) => codes.includes(interactions.event![row]));
};
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const { userIndex, itemIndex } = interactions;
const begin = interactions.timestamp!.reduce((a, b) => Math.min(a, b));
const length = interactions.timestamp!.reduce((a, b) => Math.max(a, b)) - begin;
const scoreOf = (row: number): number =>
  exposureOracleScores(world, userIndex[row], { at: (interactions.timestamp![row] - begin) / length })[itemIndex[row]];
const meanScore = (...events: EventName[]): number => mean(rowsOf(...events).map(scoreOf));

describe('the log of an old system', () => {
  it('has every kind of event, and as many of each stage as it cuts', () => {
    const shown = rowsOf('exposed', 'rejected').length;
    expect(shown).toBeGreaterThan(1000);
    expect(rowsOf('rejected').length).toBeGreaterThan(20);
    const [recalled, coarse, slate] = options.stages;
    const cuts = rowsOf('cutByCoarse').length;
    expect(rowsOf('cutByFine').length / cuts).toBeCloseTo((coarse - slate) / (recalled - coarse), 6);
  });

  it('ranks: what was taken is better than what was shown, that than what was cut, fine than coarse', () => {
    const order = [meanScore('positive'), meanScore('exposed'), meanScore('cutByFine'), meanScore('cutByCoarse')];
    expect([...order].sort((a, b) => b - a)).toEqual(order);
    expect(meanScore('rejected')).toBeLessThan(meanScore('exposed'));
  });

  it('shows what is popular: an old recall, not the best one', () => {
    const popularity = (rows: number[]) => mean(rows.map((row) => truth.itemLogPopularity[itemIndex[row]]));
    expect(popularity(rowsOf('cutByCoarse'))).toBeGreaterThan(mean([...truth.itemLogPopularity]));
  });

  it('has locality: people take from their own city more than one city in so many', () => {
    const local = rowsOf('positive').filter((row) => truth.userCity[userIndex[row]] === truth.itemCity[itemIndex[row]]);
    expect(local.length / rowsOf('positive').length).toBeGreaterThan(1.5 / options.numCities);
    const { city } = interactions.itemFeatures!.columns;
    if (city.kind !== 'categorical') throw new Error('expected a categorical column');
    expect(city.codes).toEqual(truth.itemCity);
  });

  it('drifts: the first taste gives way to the second', () => {
    const firstShare = (rows: number[]): number =>
      mean(
        rows.map((row) => {
          const shares = truth.userTastes.subarray(
            userIndex[row] * options.numTastes,
            (userIndex[row] + 1) * options.numTastes,
          );
          return shares[truth.itemTaste[itemIndex[row]]] >= 0.5 ? 1 : 0;
        }),
      );
    const taken = rowsOf('positive');
    const [early, late] = [taken.slice(0, taken.length / 4), taken.slice(-taken.length / 4)];
    expect(firstShare(early)).toBeGreaterThan(firstShare(late) + 0.1);
  });

  it('is the same for the same seed, and splits into positives and training events', () => {
    const again = createExposureWorld({ numUsers: 120, numItems: 200, meanInteractions: 20, seed: 5 });
    expect(again.interactions.itemIndex).toEqual(itemIndex);
    const { train, test } = splitInteractionSet(interactions, { split: { name: 'global-time' } });
    expect(train.event!.some((event) => event === EVENT_CODES.cutByFine)).toBe(true);
    expect(test.event?.some((event) => event !== EVENT_CODES.positive) ?? false).toBe(false);
  });

  it('refuses stages that do not narrow', () => {
    expect(() => createExposureWorld({ stages: [10, 10, 5] })).toThrow(/recalled > coarse > shown/);
  });
});
