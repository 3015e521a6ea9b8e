import { describe, expect, it } from 'vitest';
import { negativeContext } from '../../tests/negative-context.js';
import { randomGraph } from '../../tests/random-arrays.js';
import { positivesSchema } from '../config/positives-options.js';
import { Rng } from '../core/rng.js';
import { EVENT_CODES } from '../data/interaction-set.js';
import { buildBipartiteCsr, userDegrees as degreesOfUsers, itemDegrees } from '../graph/bipartite-csr.js';
import { EpochBatches } from '../training/batches.js';
import { Positives } from './positives.js';

const graph = randomGraph(60, 20, 0.35, 'positives');
const degrees = itemDegrees(graph);
const userDegrees = degreesOfUsers(graph);
const { otherEvents } = negativeContext(graph);
const make = (options: object) => new Positives(graph, positivesSchema.parse(options), otherEvents);

/** How often each item is a positive, over `epochs` epochs. */
function counts(positives: Positives, epochs: number): number[] {
  const batches = new EpochBatches(graph, { batchSize: 32, seed: 1, positives });
  const seen = new Array<number>(20).fill(0);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (let i = 0; i < batches.batchesPerEpoch; i++)
      for (const item of batches.batch({ epoch, index: i }).itemIndex) seen[item]++;
  }
  return seen;
}

describe('positives', () => {
  it('are every training edge once an epoch by default', () => {
    expect(counts(make({}), 1)).toEqual([...degrees]);
    expect(make({}).isPlain).toBe(true);
  });

  it.each<[object, (degree: number) => number]>([
    [
      { downSampling: 'word2vec', threshold: 0.02 },
      (degree) => Math.min(1, Math.sqrt(0.02 / (degree / graph.numEdges))),
    ],
    [{ downSampling: 'plain', cap: 15 }, (degree) => Math.min(1, 15 / degree)],
    [{ coldRepeats: 25 }, (degree) => Math.min(10, Math.max(1, 25 / degree))],
  ])('%j: as often as the formula says', (options, rate) => {
    const epochs = 200;
    const positives = make(options);
    const seen = counts(positives, epochs);
    const shares = positives.itemShares(20);
    const total = degrees.reduce((sum, degree) => sum + degree * rate(degree), 0);
    for (const [item, degree] of degrees.entries()) {
      const expected = epochs * degree * rate(degree);
      // five standard deviations; a batch that would be empty keeps one pair, which never happens at this size
      expect(Math.abs(seen[item] - expected)).toBeLessThanOrEqual(5 * Math.sqrt(epochs * degree * 0.25) + 1e-9);
      expect(shares[item]).toBeCloseTo((degree * rate(degree)) / total, 10);
    }
  });

  it.each([0.5, 1])('userBalance %d: users as often as the formula says, the items of one alike', (userBalance) => {
    const positives = make({ userBalance });
    const epochs = 300;
    const batches = new EpochBatches(graph, { batchSize: 32, seed: 1, positives });
    const ofUser = new Array<number>(60).fill(0);
    const ofItem = new Array<number>(20).fill(0);
    const busiest = [...userDegrees].indexOf(Math.max(...userDegrees));
    const ofBusiest = new Map<number, number>();
    for (let epoch = 1; epoch <= epochs; epoch++) {
      let pairs = 0;
      for (let i = 0; i < batches.batchesPerEpoch; i++) {
        const { userIndex, itemIndex } = batches.batch({ epoch, index: i });
        pairs += userIndex.length;
        for (const [at, user] of userIndex.entries()) {
          ofUser[user]++;
          ofItem[itemIndex[at]]++;
          if (user === busiest) ofBusiest.set(itemIndex[at], (ofBusiest.get(itemIndex[at]) ?? 0) + 1);
        }
      }
      expect(pairs).toBe(graph.numEdges);
    }
    const weight = [...userDegrees].map((degree) => (degree > 0 ? degree ** (1 - userBalance) : 0));
    const total = weight.reduce((sum, value) => sum + value, 0);
    const expected = weight.map((value) => (epochs * graph.numEdges * value) / total);
    for (const [user, count] of ofUser.entries()) {
      expect(Math.abs(count - expected[user])).toBeLessThanOrEqual(5 * Math.sqrt(expected[user]) + 1e-9);
    }
    const each = expected[busiest] / userDegrees[busiest];
    expect(ofBusiest.size).toBe(userDegrees[busiest]);
    for (const count of ofBusiest.values()) expect(Math.abs(count - each)).toBeLessThan(5 * Math.sqrt(each));
    const shares = positives.itemShares(20);
    const seen = ofItem.reduce((sum, count) => sum + count, 0);
    for (const [item, share] of shares.entries()) {
      expect(Math.abs(ofItem[item] - share * seen)).toBeLessThan(5 * Math.sqrt(share * seen));
    }
    expect(positives.isPlain).toBe(false);
  });

  it('userBalance spreads the repeats of a pair over the epoch', () => {
    // user 0 has one item of 20, the others all of them: its pair comes 19 times an epoch
    const userIndex = Int32Array.from({ length: 381 }, (_, i) => (i === 0 ? 0 : 1 + Math.floor((i - 1) / 20)));
    const itemIndex = Int32Array.from({ length: 381 }, (_, i) => (i === 0 ? 0 : (i - 1) % 20));
    const few = buildBipartiteCsr({ userIndex, itemIndex }, { numUsers: 20, numItems: 20 });
    const positives = new Positives(few, positivesSchema.parse({ userBalance: 1 }));
    let together = 0;
    let times = 0;
    for (let epoch = 1; epoch <= 20; epoch++) {
      const order = [...positives.epochOrder(Rng.of(1, 'order', epoch))];
      times += order.filter((pair) => pair === 0).length;
      together += order.filter((pair, at) => pair === 0 && order[at - 1] === 0).length;
    }
    expect(Math.abs(times - (20 * 381) / 20)).toBeLessThan(20);
    expect(together).toBeLessThan(times / 4);
  });

  it('userBalance takes any items of a busy user together', () => {
    // of a hundred items of user 0 some eleven an epoch: in the order of the graph they would never be neighbours
    const userIndex = Int32Array.from({ length: 109 }, (_, i) => Math.max(0, i - 99));
    const itemIndex = Int32Array.from({ length: 109 }, (_, i) => i % 100);
    const positives = new Positives(
      buildBipartiteCsr({ userIndex, itemIndex }, { numUsers: 10, numItems: 100 }),
      positivesSchema.parse({ userBalance: 1 }),
    );
    let neighbours = 0;
    for (let epoch = 1; epoch <= 20; epoch++) {
      const order = new Set(positives.epochOrder(Rng.of(1, 'order', epoch)));
      for (let pair = 1; pair < 100; pair++) if (order.has(pair) && order.has(pair - 1)) neighbours++;
    }
    expect(neighbours).toBeGreaterThan(5);
  });

  it('are drawn the same for the same place in the run, another way in the next epoch', () => {
    const batches = () =>
      new EpochBatches(graph, { batchSize: 32, seed: 1, positives: make({ downSampling: 'plain', cap: 5 }) });
    expect(batches().batch({ epoch: 2, index: 3 })).toEqual(batches().batch({ epoch: 2, index: 3 }));
    const sizes = [1, 2, 3, 4].map((epoch) => batches().batch({ epoch, index: 3 }).itemIndex.length);
    expect(new Set(sizes).size).toBeGreaterThan(1);
  });

  it('weigh by their edge, and sum to 1 in a batch', () => {
    const weight = Float32Array.from({ length: graph.numEdges }, (_, edge) => 1 + (edge % 4));
    const positives = new Positives({ ...graph, weight }, positivesSchema.parse({ weights: 'edge' }));
    const { weight: shares } = positives.batch(Int32Array.of(0, 1, 2, 5), () => {
      throw new Error('nothing is drawn');
    });
    expect([...shares!].map((share) => share * 8)).toEqual([1, 2, 3, 2]);
  });

  it('take exposures in with a small weight when told to', () => {
    const positives = make({ exposedWeight: 0.25 });
    const pairs = new Set<string>();
    for (const [row, event] of otherEvents!.event!.entries()) {
      if (event === EVENT_CODES.exposed) pairs.add(`${otherEvents!.userIndex[row]} ${otherEvents!.itemIndex[row]}`);
    }
    expect(positives.numPairs).toBe(graph.numEdges + pairs.size);
    const { weight } = positives.batch(Int32Array.of(0, graph.numEdges), () => {
      throw new Error('nothing is drawn');
    });
    expect(weight![1] / weight![0]).toBeCloseTo(0.25, 6);
    expect(() => new Positives(graph, positivesSchema.parse({ exposedWeight: 0.1 }))).toThrow(/needs exposed events/);
  });
});
