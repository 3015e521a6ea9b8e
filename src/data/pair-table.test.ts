import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairTable } from './pair-table.js';

test('behaves like a set of "user,item" texts', () => {
  const index = fc.nat({ max: 60 });
  fc.assert(
    fc.property(fc.array(fc.tuple(index, index), { maxLength: 3000 }), fc.nat({ max: 1e6 }), (pairs, offset) => {
      const userIndex = Int32Array.from(pairs, ([user]) => user * (offset + 1));
      const itemIndex = Int32Array.from(pairs, ([, item]) => item);
      const table = PairTable.of({ userIndex, itemIndex });
      const first = new Map<string, number>();
      for (let row = 0; row < pairs.length; row++) {
        const key = `${userIndex[row]},${itemIndex[row]}`;
        if (!first.has(key)) first.set(key, row);
        expect(table.findOrAdd(userIndex[row], itemIndex[row], row)).toBe(first.get(key));
      }
      expect(table.size).toBe(first.size);
      expect(table.has(-1, 3)).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test('keeps all pairs while it grows', () => {
  const side = 150;
  const userIndex = Int32Array.from({ length: side * side }, (_, row) => Math.floor(row / side));
  const itemIndex = Int32Array.from({ length: side * side }, (_, row) => row % side);
  const table = PairTable.of({ userIndex, itemIndex });
  expect(table.size).toBe(side * side);
  expect(userIndex.every((user, row) => table.has(user, itemIndex[row]))).toBe(true);
  expect(table.has(side, 0)).toBe(false);
});
