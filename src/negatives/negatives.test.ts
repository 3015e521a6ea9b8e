/** How sources are put together: candidates of a step, mixtures, slots, masks, schedules. */
import { describe, expect, it } from 'vitest';
import { randomGraph } from '../../tests/random-arrays.js';
import { Rng } from '../core/rng.js';
import { edgeUsers, hasEdge, itemDegrees } from '../graph/bipartite-csr.js';
import {
  type Candidates,
  type CandidateUse,
  maskedCandidates,
  NegativeSampler,
  negativesSchema,
  type PositiveBatch,
} from './index.js';
import { mixtureLogQ } from './mixture.js';

const graph = randomGraph(30, 20, 0.3, 'negatives');
const degrees = itemDegrees(graph);
const context = { graph, itemDegrees: degrees, seed: 1 };
const batch: PositiveBatch = {
  userIndex: edgeUsers(graph).filter((_, edge) => edge % 5 === 0),
  itemIndex: graph.userNeighbors.filter((_, edge) => edge % 5 === 0),
};
const size = batch.itemIndex.length;
const noRows = (): never => {
  throw new Error('no source of this configuration looks at scores');
};

function draw(use: CandidateUse, options: object, step = 1, stall = 0): Candidates {
  const sampler = new NegativeSampler(negativesSchema.parse(options), use, context);
  return sampler.draw(batch, step, Rng.of(3), stall).complete(noRows);
}

describe('under a softmax', () => {
  it('compares the batch alone by default', () => {
    const { shared, own, positiveLogQ } = draw('softmax', {});
    expect(own).toBeUndefined();
    expect(shared!.positivesFirst).toBe(true);
    expect(shared!.ids).toEqual(batch.itemIndex);
    expect(shared!.logQ).toEqual(
      Float32Array.from(batch.itemIndex, (item) => Math.log(degrees[item] / graph.numEdges)),
    );
    expect(positiveLogQ).toEqual(shared!.logQ);
  });

  it('weighs the sources of a mixture by their share of the list', () => {
    const { shared } = draw('softmax', { sources: [{ name: 'in-batch' }, { name: 'uniform', count: 10 }] });
    const { ids, logQ, source } = shared!;
    expect(ids.slice(0, size)).toEqual(batch.itemIndex);
    expect(ids).toHaveLength(size + 10);
    expect([...source]).toEqual([...new Array(size).fill(0), ...new Array(10).fill(1)]);
    for (const [i, id] of ids.entries()) {
      const mixture = (size / (size + 10)) * (degrees[id] / graph.numEdges) + (10 / (size + 10)) * (1 / graph.numItems);
      expect(logQ[i]).toBeCloseTo(Math.log(mixture), 5);
    }
  });

  it('holds an item to its own probability, however small; only one that nothing draws is given one', () => {
    const q = [0.5, 1e-9, 0];
    const logQ = mixtureLogQ([{ source: { probability: (item) => q[item] }, count: 3 }], Int32Array.of(0, 1, 2), 1e-3);
    for (const [i, expected] of [0.5, 1e-9, 1e-3].entries()) expect(logQ[i]).toBeCloseTo(Math.log(expected), 4);
  });

  it('leaves sources that are not corrected out of the mixture', () => {
    const { shared } = draw('softmax', { sources: [{ name: 'in-batch' }, { name: 'hot', count: 6, share: 0.1 }] });
    for (const [i, id] of shared!.ids.entries()) {
      expect(shared!.logQ[i]).toBeCloseTo(Math.log(Math.max(degrees[id], 1) / graph.numEdges), 5);
    }
    const { shared: only } = draw('softmax', { sources: [{ name: 'hot', count: 6 }] });
    expect([...only!.logQ]).toEqual(new Array(6).fill(0));
  });

  describe('beside a queue', () => {
    const gradientScaleOf = (sources: object[], queue: object = {}): Float32Array | undefined => {
      const options = negativesSchema.parse({ sources: [...sources, { name: 'queue', size: 40, ...queue }] });
      const sampler = new NegativeSampler(options, 'softmax', context);
      const ids = Int32Array.from({ length: 40 }, (_, i) => i % graph.numItems);
      sampler.stored[0].push({ ids, vectors: new Float32Array(40) });
      return sampler.draw(batch, 1, Rng.of(3)).complete(noRows).shared!.gradientScale;
    };

    it('gives the gradient of all columns of an item to those that are live', () => {
      const scale = gradientScaleOf([{ name: 'in-batch' }])!;
      expect(scale).toHaveLength(size + 40);
      for (const [i, value] of scale.entries()) expect(value).toBeCloseTo(i < size ? (size + 40) / size : 1, 5);
    });

    it('counts expected columns where several sources are live, and none that logQ leaves out', () => {
      const live = [{ name: 'in-batch' }, { name: 'uniform', count: 10 }, { name: 'hot', count: 3 }];
      const scale = gradientScaleOf(live)!;
      const { ids } = draw('softmax', { sources: live }).shared!;
      for (let i = 0; i < size + 10; i++) {
        const popular = degrees[ids[i]] / graph.numEdges;
        const [all, moving] = [(size + 40) * popular, size * popular].map((count) => count + 10 / graph.numItems);
        expect(scale[i]).toBeCloseTo(all / moving, 5);
      }
      expect([...scale.subarray(size + 10)]).toEqual(new Array(3 + 40).fill(1));
    });

    it('leaves gradients alone where that is asked for, and while the queue is empty', () => {
      expect(gradientScaleOf([{ name: 'in-batch' }], { gradient: 'none' })).toBeUndefined();
      expect(
        draw('softmax', { sources: [{ name: 'in-batch' }, { name: 'queue' }] }).shared!.gradientScale,
      ).toBeUndefined();
    });
  });

  it('reads mixed as in-batch and ratio times as many uniform items', () => {
    const mixed = draw('softmax', { sources: [{ name: 'mixed', ratio: 0.5 }] });
    const apart = draw('softmax', { sources: [{ name: 'in-batch' }, { name: 'uniform', ratio: 0.5 }] });
    expect(mixed).toEqual(apart);
    expect(mixed.shared!.ids).toHaveLength(size + Math.round(size / 2));
  });

  it('has no positives among the keys without in-batch, and masks the row’s own item', () => {
    const { shared } = draw('softmax', { sources: [{ name: 'uniform', count: 40 }] });
    expect(shared!.positivesFirst).toBe(false);
    const { offsets, values } = shared!.masked;
    for (let row = 0; row < size; row++) {
      const expected = [...shared!.ids.keys()].filter((column) => shared!.ids[column] === batch.itemIndex[row]);
      expect([...values.subarray(offsets[row], offsets[row + 1])]).toEqual(expected);
    }
  });
});

describe('under a pairwise loss', () => {
  it('draws numNegatives uniform items a positive by default, the same for the same seed', () => {
    const { shared, own } = draw('pairwise', { numNegatives: 3 });
    expect(shared).toBeUndefined();
    expect(own!.perQuery).toBe(3);
    const rng = Rng.of(3);
    expect(own!.ids).toEqual(Int32Array.from({ length: 3 * size }, () => rng.integer(graph.numItems)));
    const isPositive = Array.from(own!.ids, (item, slot) => item === batch.itemIndex[Math.floor(slot / 3)]);
    expect([...own!.logWeight]).toEqual(isPositive.map((is) => (is ? Number.NEGATIVE_INFINITY : 0)));
  });

  it('shares the slots out by ratio, and gives count exactly', () => {
    const sources = [
      { name: 'uniform', ratio: 3 },
      { name: 'popularity', ratio: 1 },
      { name: 'cold', count: 2 },
    ];
    const { own } = draw('pairwise', { sources, numNegatives: 40 });
    expect(own!.perQuery).toBe(42);
    const counts = [0, 0, 0];
    for (const source of own!.source) counts[source]++;
    expect(counts[2]).toBe(2 * size);
    const share = counts[0] / (40 * size);
    // five standard deviations of a binomial share
    expect(Math.abs(share - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / (40 * size)));
  });
});

describe('schedules', () => {
  const sources = [
    { name: 'in-batch' },
    { name: 'uniform', count: 3, fromStep: 10, untilStep: 20 },
    { name: 'cold', count: 2, afterStall: 2 },
  ];
  it.each([
    [10, 0, 0],
    [11, 0, 3],
    [20, 1, 3],
    [21, 0, 0],
    [21, 2, 2],
    [15, 3, 5],
  ])('step %i after a stall of %i: %i further columns', (step, stall, expected) => {
    expect(draw('softmax', { sources }, step, stall).shared!.ids).toHaveLength(size + expected);
  });
});

describe('the guard', () => {
  const sources = [{ name: 'in-batch' }, { name: 'uniform', count: 30 }];
  it.each(['remove', 'down-weight', 'keep'] as const)('%s: every pair of the softmax', (falseNegatives) => {
    const options = { sources, falseNegatives, falseNegativeWeight: 0.25 };
    const { ids, masked, bias } = draw('softmax', options).shared!;
    for (let row = 0; row < size; row++) {
      const added = new Map<number, number>();
      for (let at = masked.offsets[row]; at < masked.offsets[row + 1]; at++) {
        added.set(masked.values[at], bias ? bias[at] : Number.NEGATIVE_INFINITY);
      }
      for (const [column, item] of ids.entries()) {
        const known = item !== batch.itemIndex[row] && hasEdge(graph, batch.userIndex[row], item);
        const copy = item === batch.itemIndex[row] && column !== row;
        const removed = copy || (known && falseNegatives === 'remove');
        const expected = removed ? Number.NEGATIVE_INFINITY : known && falseNegatives !== 'keep' ? Math.log(0.25) : 0;
        expect(added.get(column) ?? 0).toBeCloseTo(expected, 5);
      }
    }
  });

  it.each(['remove', 'down-weight', 'keep'] as const)('%s: every slot of a pairwise loss', (falseNegatives) => {
    const { own } = draw('pairwise', { numNegatives: 8, falseNegatives, falseNegativeWeight: 0.25 });
    const weights = { remove: Number.NEGATIVE_INFINITY, 'down-weight': Math.fround(Math.log(0.25)), keep: 0 };
    for (const [slot, item] of own!.ids.entries()) {
      const row = Math.floor(slot / 8);
      const known = hasEdge(graph, batch.userIndex[row], item);
      const isPositive = item === batch.itemIndex[row];
      expect(own!.logWeight[slot]).toBe(isPositive ? weights.remove : known ? weights[falseNegatives] : 0);
    }
  });
});

describe('maskedCandidates', () => {
  const candidates = Int32Array.from([...batch.itemIndex, 0, 1, 2, 3]);

  it.each([
    [true, false],
    [false, true],
    [true, true],
    [false, false],
  ])('masks accidental hits: %s, false negatives: %s', (accidentalHits, falseNegatives) => {
    const masked = maskedCandidates(graph, batch, candidates, { accidentalHits, falseNegatives });
    for (let row = 0; row < batch.userIndex.length; row++) {
      const expected: number[] = [];
      for (let column = 0; column < candidates.length; column++) {
        const item = candidates[column];
        const copy = item === batch.itemIndex[row] && column !== row;
        const known = item !== batch.itemIndex[row] && hasEdge(graph, batch.userIndex[row], item);
        if ((accidentalHits && copy) || (falseNegatives && known)) expected.push(column);
      }
      expect([...masked.values.subarray(masked.offsets[row], masked.offsets[row + 1])]).toEqual(expected);
    }
  });
});
