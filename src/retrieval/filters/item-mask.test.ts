/** Masks against sets of numbers. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ItemMask } from './item-mask.js';

const sizes = fc.integer({ min: 0, max: 200 });
const subsets = sizes.chain((size) =>
  fc.tuple(
    fc.constant(size),
    fc.subarray(Array.from({ length: size }, (_, i) => i)),
    fc.subarray(Array.from({ length: size }, (_, i) => i)),
  ),
);
const all = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

it('does what sets do', () => {
  fc.assert(
    fc.property(subsets, ([size, a, b]) => {
      const [one, other] = [ItemMask.of(size, a.toReversed()), ItemMask.where(size, (item) => b.includes(item))];
      expect([...one.members()]).toEqual(a);
      expect(one.count()).toBe(a.length);
      expect(all(size).filter((item) => one.has(item))).toEqual(a);
      expect([...one.and(other).members()]).toEqual(a.filter((item) => b.includes(item)));
      expect([...one.or(other).members()]).toEqual(all(size).filter((item) => a.includes(item) || b.includes(item)));
      expect([...one.without(other).members()]).toEqual(a.filter((item) => !b.includes(item)));
      expect([...one.not().members()]).toEqual(all(size).filter((item) => !a.includes(item)));
      expect(one.or(one.not()).count()).toBe(size);
      expect([...ItemMask.all(size).members()]).toEqual(all(size));
    }),
  );
});

it('refuses masks of different catalogues', () => {
  expect(() => ItemMask.all(3).and(ItemMask.all(40))).toThrow('expected length 3, got 40');
});
