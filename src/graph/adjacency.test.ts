import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Adjacency, normalizedAdjacency } from './adjacency.js';
import { buildBipartiteCsr, edgeUsers } from './bipartite-csr.js';

function toDense({ numNodes, offsets, columns, values }: Adjacency): number[][] {
  const dense = Array.from({ length: numNodes }, () => new Array<number>(numNodes).fill(0));
  for (let row = 0; row < numNodes; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) dense[row][columns[at]] += values[at];
  }
  return dense;
}

describe('normalizedAdjacency', () => {
  it('equals D^-1/2 A D^-1/2 computed densely, with weights and with a mask over edges', () => {
    const graphs = fc.record({
      pairs: fc.array(fc.tuple(fc.nat(4), fc.nat(5), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 25 }),
      mask: fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
      masked: fc.boolean(),
    });
    fc.assert(
      fc.property(graphs, ({ pairs, mask, masked }) => {
        const csr = buildBipartiteCsr(
          {
            userIndex: Int32Array.from(pairs, (pair) => pair[0]),
            itemIndex: Int32Array.from(pairs, (pair) => pair[1]),
            weight: Float32Array.from(pairs, (pair) => pair[2]),
          },
          { numUsers: 5, numItems: 6 },
        );
        const kept = Uint8Array.from({ length: csr.numEdges }, (_, edge) => (masked && !mask[edge] ? 0 : 1));
        const users = edgeUsers(csr);
        const a = Array.from({ length: 11 }, () => new Array<number>(11).fill(0));
        for (let edge = 0; edge < csr.numEdges; edge++) {
          if (!kept[edge]) continue;
          a[users[edge]][5 + csr.userNeighbors[edge]] = csr.weight![edge];
          a[5 + csr.userNeighbors[edge]][users[edge]] = csr.weight![edge];
        }
        const degree = a.map((row) => row.reduce((x, y) => x + y, 0));
        const adjacency = normalizedAdjacency(csr, masked ? kept : undefined);
        const dense = toDense(adjacency);
        for (let i = 0; i < 11; i++) {
          for (let j = 0; j < 11; j++) {
            expect(dense[i][j]).toBeCloseTo(a[i][j] === 0 ? 0 : a[i][j] / Math.sqrt(degree[i] * degree[j]), 6);
            expect(dense[i][j]).toBe(dense[j][i]);
          }
        }
        for (let row = 0; row < 11; row++) {
          const columns = adjacency.columns.subarray(adjacency.offsets[row], adjacency.offsets[row + 1]);
          expect([...columns]).toEqual([...columns].sort((x, y) => x - y));
        }
      }),
    );
  });

  it('has 1/sqrt(3) on every edge of a star with three leaves, and empty rows for isolated nodes', () => {
    const csr = buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 0, 0), itemIndex: Int32Array.of(0, 1, 3) },
      { numUsers: 2, numItems: 4 },
    );
    const adjacency = normalizedAdjacency(csr);
    expect(adjacency.columns.length).toBe(6);
    for (const value of adjacency.values) expect(value).toBeCloseTo(1 / Math.sqrt(3), 6);
    expect(adjacency.offsets[2] - adjacency.offsets[1]).toBe(0);
    expect(adjacency.offsets[5] - adjacency.offsets[4]).toBe(0);
  });
});
