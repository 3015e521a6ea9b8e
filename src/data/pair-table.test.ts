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
  const table = new PairTable({ userIndex, itemIndex });
  for (let row = 0; row < side * side; row++) table.findOrAdd(userIndex[row], itemIndex[row], row);
  expect(table.size).toBe(side * side);
  expect(userIndex.every((user, row) => table.has(user, itemIndex[row]))).toBe(true);
  expect(table.has(side, 0)).toBe(false);
});

test('finds pairs whose rows need more than the first 20 bits', () => {
  const length = 5_000_000;
  const columns = { userIndex: new Int32Array(length), itemIndex: new Int32Array(length) };
  const rows = [0, 5, (1 << 20) - 2, (1 << 20) - 1, 1 << 20, length - 1];
  const table = new PairTable(columns);
  for (const [pair, row] of rows.entries()) {
    columns.userIndex[row] = pair + 1;
    columns.itemIndex[row] = 7 * pair + 1;
    expect(table.findOrAdd(pair + 1, 7 * pair + 1, row)).toBe(-1);
  }
  expect(rows.map((_, pair) => table.findOrAdd(pair + 1, 7 * pair + 1, 3))).toEqual(rows);
});
