/** Closed forms of the sources that draw without looking at the query. */
import { describe, expect, it } from 'vitest';
import { randomGraph } from '../../tests/random-arrays.js';
import { Rng } from '../core/rng.js';
import { itemDegrees } from '../graph/bipartite-csr.js';
import { AliasTable } from './sources/alias-table.js';
import { popularity } from './sources/popularity.js';
import { popularityTail } from './sources/popularity-tail.js';

const graph = randomGraph(40, 25, 0.2, 'shared-sources');
const degrees = itemDegrees(graph);

describe('popularity', () => {
  it('is uniform for exponent 0 and the distribution of the positives for 1', () => {
    const [uniform, positives] = [0, 1].map((exponent) => popularity(degrees, exponent));
    for (const [item, degree] of degrees.entries()) {
      expect(uniform.probability(item)).toBeCloseTo(1 / 25, 12);
      expect(positives.probability(item)).toBeCloseTo(degree / graph.numEdges, 12);
    }
  });

  it('lies between them for 0.75', () => {
    const total = degrees.reduce((sum, degree) => sum + degree ** 0.75, 0);
    const source = popularity(degrees, 0.75);
    for (const [item, degree] of degrees.entries()) {
      expect(source.probability(item)).toBeCloseTo(degree ** 0.75 / total, 12);
    }
  });
});

describe('hot and cold', () => {
  it('take the ends of the popularity order, items without interactions as cold', () => {
    const few = Int32Array.of(5, 0, 9, 1, 7, 0, 3, 3, 8, 2);
    const members = (end: 'hot' | 'cold', share: number): number[] => {
      const source = popularityTail(end, few, share);
      return [...few.keys()].filter((item) => source.probability(item) > 0);
    };
    expect(members('hot', 0.2)).toEqual([2, 8]);
    expect(members('cold', 0.3)).toEqual([1, 3, 5]);
    // never empty
    expect(members('hot', 0.001)).toEqual([2]);
  });
});

describe('alias table', () => {
  it('draws each bucket in proportion to its weight, zeros never', () => {
    const weights = [0, 1, 2, 3, 0, 10, 0.5];
    const table = new AliasTable(weights);
    const rng = Rng.of(4);
    const seen = new Array<number>(7).fill(0);
    for (let i = 0; i < 33_000; i++) seen[table.draw(rng)]++;
    for (const [bucket, weight] of weights.entries()) {
      expect(Math.abs(seen[bucket] - 2000 * weight)).toBeLessThanOrEqual(5 * Math.sqrt(2000 * weight));
    }
  });

  it('refuses weights that are all 0', () => {
    expect(() => new AliasTable([0, 0])).toThrow(/sum > 0/);
  });
});
