import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BipartiteCsr, buildBipartiteCsr, edgeUsers, hasEdge } from './bipartite-csr.js';
import { egoNetwork } from './ego-network.js';

const randomCsr = fc
  .array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 40 })
  .map((pairs) =>
    buildBipartiteCsr(
      { userIndex: Int32Array.from(pairs, (pair) => pair[0]), itemIndex: Int32Array.from(pairs, (pair) => pair[1]) },
      { numUsers: 8, numItems: 8 },
    ),
  );

/** Nodes within two hops as `u3` / `i5`, by definition over the edge list. */
function withinTwoHops(csr: BipartiteCsr, side: 'user' | 'item', index: number): Set<string> {
  const users = edgeUsers(csr);
  const edges = Array.from(users, (user, edge) => [`u${user}`, `i${csr.userNeighbors[edge]}`]);
  const reached = new Set([`${side[0]}${index}`]);
  for (let hop = 0; hop < 2; hop++) {
    const touching = edges.filter((edge) => edge.some((node) => reached.has(node)));
    for (const edge of touching) for (const node of edge) reached.add(node);
  }
  return reached;
}

describe('egoNetwork', () => {
  it('holds exactly the nodes within two hops when nothing is cut, and every edge at a first-hop node', () => {
    fc.assert(
      fc.property(randomCsr, fc.constantFrom('user' as const, 'item' as const), fc.nat(7), (csr, side, index) => {
        const network = egoNetwork(csr, side, index);
        const shown = network.nodes.map((node) => `${node.side[0]}${node.index}`);
        expect(new Set(shown)).toEqual(withinTwoHops(csr, side, index));
        expect(shown.length).toBe(new Set(shown).size);
        expect(network.sampled).toBe(false);
        expect(network.totalNodes).toBe(shown.length);
        expect(network.edges.length).toBe(network.totalEdges);
        for (const { userIndex, itemIndex, edge } of network.edges) {
          expect(csr.userNeighbors[edge]).toBe(itemIndex);
          expect(edgeUsers(csr)[edge]).toBe(userIndex);
        }
      }),
    );
  });

  it('cuts to the limits, keeps the totals, and every shown node hangs on the hop before', () => {
    fc.assert(
      fc.property(randomCsr, fc.nat(7), fc.nat(5), (csr, index, seed) => {
        const network = egoNetwork(csr, 'user', index, { maxFirstHop: 2, maxSecondHop: 3, seed });
        expect(network.totalNodes).toBe(withinTwoHops(csr, 'user', index).size);
        const first = network.nodes.filter((node) => node.hop === 1);
        const second = network.nodes.filter((node) => node.hop === 2);
        expect(first.length).toBeLessThanOrEqual(2);
        expect(second.length).toBeLessThanOrEqual(3);
        expect(network.sampled).toBe(network.shownNodes < network.totalNodes);
        for (const node of first) expect(hasEdge(csr, index, node.index)).toBe(true);
        for (const node of second) expect(first.some((item) => hasEdge(csr, node.index, item.index))).toBe(true);
        expect(egoNetwork(csr, 'user', index, { maxFirstHop: 2, maxSecondHop: 3, seed })).toEqual(network);
      }),
    );
  });

  it('draws first-hop nodes in proportion to their degree', () => {
    // user 0 knows items 0 and 1; item 0 has 9 users, item 1 has 3: drawn 3 times as often
    const pairs = [...Array(9).keys()].map((user) => [user, 0]).concat([...Array(3).keys()].map((user) => [user, 1]));
    const csr = buildBipartiteCsr(
      { userIndex: Int32Array.from(pairs, (pair) => pair[0]), itemIndex: Int32Array.from(pairs, (pair) => pair[1]) },
      { numUsers: 9, numItems: 2 },
    );
    let popular = 0;
    for (let seed = 0; seed < 2000; seed++) {
      if (egoNetwork(csr, 'user', 0, { maxFirstHop: 1, seed }).nodes[1].index === 0) popular++;
    }
    // binomial(2000, 0.75): 4 standard deviations are 0.039
    expect(Math.abs(popular / 2000 - 0.75)).toBeLessThan(0.04);
  });

  it('refuses a centre that does not exist', () => {
    const csr = buildBipartiteCsr(
      { userIndex: Int32Array.of(0), itemIndex: Int32Array.of(0) },
      { numUsers: 1, numItems: 1 },
    );
    expect(() => egoNetwork(csr, 'item', 1)).toThrow('item index must be within 0 … 0, got 1');
  });
});
