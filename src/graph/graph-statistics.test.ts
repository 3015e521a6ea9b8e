import * as fc from 'fast-check';
import { connectedComponents } from 'graphology-components';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../data/vocabulary.js';
import { buildBipartiteCsr } from './bipartite-csr.js';
import { giniOfSorted, graphStatistics } from './graph-statistics.js';
import { buildGraphologyGraph } from './graphology-graph.js';

describe('graphStatistics', () => {
  it('has the closed form of a complete graph', () => {
    const userIndex = Int32Array.from({ length: 12 }, (_, edge) => Math.floor(edge / 4));
    const itemIndex = Int32Array.from({ length: 12 }, (_, edge) => edge % 4);
    const complete = graphStatistics(buildBipartiteCsr({ userIndex, itemIndex }, { numUsers: 3, numItems: 4 }));
    expect(complete).toMatchObject({ numEdges: 12, density: 1, itemPopularityGini: 0, coldUsers: 0, coldItems: 0 });
    expect(complete.components).toEqual({ count: 1, largestNodes: 7, largestShare: 1 });
    expect(Object.values(complete.userDegree)).toEqual(new Array(9).fill(4));
    expect(Object.values(complete.itemDegree)).toEqual(new Array(9).fill(3));
  });

  it('has the closed form of one star beside isolated nodes', () => {
    // item 0 has all 9 edges, items 1-4 none: Gini (n-1)/n = 0.8
    const userIndex = Int32Array.from({ length: 9 }, (_, user) => user);
    const star = graphStatistics(
      buildBipartiteCsr({ userIndex, itemIndex: new Int32Array(9) }, { numUsers: 11, numItems: 5 }),
    );
    expect(star.itemPopularityGini).toBeCloseTo(0.8, 12);
    expect(star).toMatchObject({ density: 9 / 55, coldUsers: 2, coldItems: 4 });
    expect(star.components).toEqual({ count: 1, largestNodes: 10, largestShare: 10 / 16 });
    expect(star.itemDegree).toMatchObject({ mean: 1.8, p50: 0, p75: 0, p90: 5.4, max: 9 });
  });

  it('is all zero for a graph of nothing', () => {
    const nothing = buildBipartiteCsr(
      { userIndex: new Int32Array(0), itemIndex: new Int32Array(0) },
      { numUsers: 0, numItems: 0 },
    );
    const statistics = graphStatistics(nothing);
    expect(statistics.components).toEqual({ count: 0, largestNodes: 0, largestShare: 0 });
    expect(Object.values(statistics.userDegree)).toEqual(new Array(9).fill(0));
  });

  it('counts components as graphology-components does', () => {
    const ids = Vocabulary.from([...'abcdefghij']);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 12 }), (pairs) => {
        const edges = {
          userIndex: Int32Array.from(pairs, (pair) => pair[0]),
          itemIndex: Int32Array.from(pairs, (pair) => pair[1]),
        };
        const { components, coldUsers, coldItems } = graphStatistics(
          buildBipartiteCsr(edges, { numUsers: 10, numItems: 10 }),
        );
        const parts = connectedComponents(buildGraphologyGraph(edges, { users: ids, items: ids }));
        expect(components.count + coldUsers + coldItems).toBe(parts.length);
        const largest = Math.max(...parts.map((part) => part.length));
        expect(components.largestNodes).toBe(largest === 1 ? 0 : largest);
      }),
    );
  });

  it('has a Gini coefficient equal to half the mean absolute difference over the mean', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }), (values) => {
        fc.pre(values.some((value) => value > 0));
        let difference = 0;
        for (const a of values) for (const b of values) difference += Math.abs(a - b);
        const sum = values.reduce((a, b) => a + b, 0);
        const sorted = [...values].sort((a, b) => a - b);
        expect(giniOfSorted(sorted)).toBeCloseTo(difference / (2 * values.length * sum), 10);
      }),
    );
  });
});
