import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kCoreRows } from './k-core.js';

/** Filters again and again until nothing changes. */
function naiveCore(pairs: [number, number][], least: { user: number; item: number }): [number, number][] {
  const count = (side: 0 | 1, index: number) => pairs.filter((pair) => pair[side] === index).length;
  const kept = pairs.filter(([user, item]) => count(0, user) >= least.user && count(1, item) >= least.item);
  return kept.length === pairs.length ? kept : naiveCore(kept, least);
}

test('equals repeated filtering', () => {
  const index = fc.nat({ max: 7 });
  const pairs = fc.uniqueArray(fc.tuple(index, index), { selector: ([u, i]) => `${u},${i}`, maxLength: 40 });
  const least = fc.record({ user: fc.nat({ max: 4 }), item: fc.nat({ max: 4 }) });
  fc.assert(
    fc.property(pairs, least, (input, degrees) => {
      const userIndex = Int32Array.from(input, ([user]) => user);
      const itemIndex = Int32Array.from(input, ([, item]) => item);
      const rows = kCoreRows({ userIndex, itemIndex }, degrees, { numUsers: 8, numItems: 8 });
      expect(Array.from(rows, (row) => input[row])).toEqual(naiveCore(input, degrees));
    }),
  );
});

test('a path falls apart from its ends; a square stays', () => {
  // 0-0, 1-0, 1-1, 2-1 is a path; users 3, 4 with items 2, 3 are a square
  const userIndex = Int32Array.of(0, 1, 1, 2, 3, 3, 4, 4);
  const itemIndex = Int32Array.of(0, 0, 1, 1, 2, 3, 2, 3);
  expect([...kCoreRows({ userIndex, itemIndex }, { user: 2, item: 2 }, { numUsers: 5, numItems: 4 })]).toEqual([
    4, 5, 6, 7,
  ]);
});

test('events that are no positives do not count and go with their ends', () => {
  const userIndex = Int32Array.of(0, 0, 1, 1);
  const itemIndex = Int32Array.of(0, 1, 0, 1);
  const event = Uint8Array.of(0, 0, 1, 1);
  expect([...kCoreRows({ userIndex, itemIndex, event }, { user: 2, item: 1 }, { numUsers: 2, numItems: 2 })]).toEqual([
    0, 1,
  ]);
});
