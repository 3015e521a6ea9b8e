import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildBipartiteCsr, edgeUsers, hasEdge, itemDegrees, userDegrees } from './bipartite-csr.js';

const edgeLists = fc
  .record({ numUsers: fc.integer({ min: 1, max: 7 }), numItems: fc.integer({ min: 1, max: 7 }) })
  .chain(({ numUsers, numItems }) =>
    fc.record({
      numUsers: fc.constant(numUsers),
      numItems: fc.constant(numItems),
      rows: fc.array(
        fc.record({
          user: fc.nat(numUsers - 1),
          item: fc.nat(numItems - 1),
          weight: fc.integer({ min: 1, max: 5 }),
          timestamp: fc.integer({ min: 0, max: 9 }),
        }),
        { maxLength: 40 },
      ),
    }),
  );

describe('buildBipartiteCsr', () => {
  it('equals a dense users × items matrix from random edges with repeats', () => {
    fc.assert(
      fc.property(edgeLists, fc.boolean(), fc.boolean(), ({ numUsers, numItems, rows }, weighted, timed) => {
        const sum = Array.from({ length: numUsers }, () => new Array<number>(numItems).fill(0));
        const latest = Array.from({ length: numUsers }, () => new Array<number>(numItems).fill(-1));
        for (const row of rows) {
          sum[row.user][row.item] += weighted ? row.weight : 1;
          latest[row.user][row.item] = Math.max(latest[row.user][row.item], row.timestamp);
        }
        const csr = buildBipartiteCsr(
          {
            userIndex: Int32Array.from(rows, (row) => row.user),
            itemIndex: Int32Array.from(rows, (row) => row.item),
            weight: weighted ? Float32Array.from(rows, (row) => row.weight) : undefined,
            timestamp: timed ? Float64Array.from(rows, (row) => row.timestamp) : undefined,
          },
          { numUsers, numItems },
        );
        let edge = 0;
        for (let user = 0; user < numUsers; user++) {
          const expectedItems = sum[user].flatMap((value, item) => (value > 0 ? [item] : []));
          expect([...csr.userNeighbors.subarray(csr.userOffsets[user], csr.userOffsets[user + 1])]).toEqual(
            expectedItems,
          );
          for (const item of expectedItems) {
            expect(csr.weight ? csr.weight[edge] : 1).toBe(sum[user][item]);
            if (timed) expect(csr.timestamp![edge]).toBe(latest[user][item]);
            edge++;
          }
          for (let item = 0; item < numItems; item++) expect(hasEdge(csr, user, item)).toBe(sum[user][item] > 0);
        }
        expect(csr.numEdges).toBe(edge);
        const users = edgeUsers(csr);
        for (let item = 0; item < numItems; item++) {
          const expectedUsers = sum.flatMap((row, user) => (row[item] > 0 ? [user] : []));
          const [start, end] = [csr.itemOffsets[item], csr.itemOffsets[item + 1]];
          expect([...csr.itemNeighbors.subarray(start, end)]).toEqual(expectedUsers);
          for (let slot = start; slot < end; slot++) {
            expect(csr.userNeighbors[csr.itemEdges[slot]]).toBe(item);
            expect(users[csr.itemEdges[slot]]).toBe(csr.itemNeighbors[slot]);
          }
          expect(itemDegrees(csr)[item]).toBe(expectedUsers.length);
        }
        expect(userDegrees(csr).reduce((a, b) => a + b, 0)).toBe(edge);
      }),
    );
  });

  it('has no weights unless the source has some or a pair repeats', () => {
    const once = { userIndex: Int32Array.of(1, 0), itemIndex: Int32Array.of(0, 0) };
    expect(buildBipartiteCsr(once, { numUsers: 2, numItems: 1 }).weight).toBeUndefined();
    const twice = { userIndex: Int32Array.of(0, 0), itemIndex: Int32Array.of(0, 0) };
    expect([...buildBipartiteCsr(twice, { numUsers: 1, numItems: 1 }).weight!]).toEqual([2]);
  });

  it.each([0, -3, Number.NaN, Number.POSITIVE_INFINITY])('refuses a weight of %d', (weight) => {
    const edges = {
      userIndex: Int32Array.of(0, 1),
      itemIndex: Int32Array.of(0, 2),
      weight: Float32Array.of(1, weight),
    };
    expect(() => buildBipartiteCsr(edges, { numUsers: 2, numItems: 3 })).toThrow(
      expect.objectContaining({
        code: 'GRAPH_WEIGHT',
        message: expect.stringContaining('user index 1 and item index 2'),
      }),
    );
  });

  it('refuses an index outside the vocabularies and arrays of unequal length', () => {
    const outside = { userIndex: Int32Array.of(0), itemIndex: Int32Array.of(3) };
    expect(() => buildBipartiteCsr(outside, { numUsers: 1, numItems: 3 })).toThrow(
      'item index 3 in row 0 is outside 0 … 2',
    );
    expect(() => buildBipartiteCsr({ ...outside, itemIndex: Int32Array.of(-1) }, { numUsers: 1, numItems: 3 })).toThrow(
      'item index -1',
    );
    expect(() => buildBipartiteCsr({ ...outside, itemIndex: new Int32Array(0) }, { numUsers: 1, numItems: 3 })).toThrow(
      'expected length 1',
    );
  });
});
