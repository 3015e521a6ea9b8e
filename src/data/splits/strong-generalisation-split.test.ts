/** Strong generalisation: users apart, input and truth of the held-out ones apart, shares as asked for. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Interactions } from '../interaction-set.js';
import { splitInteractionSet } from '../load-dataset.js';
import { interactionSetFromRows } from '../sources/rows.js';

const NAME = 'strong-generalisation';
const keysOf = ({ userIndex, itemIndex }: Interactions): string[] =>
  Array.from(userIndex, (user, row) => `${user},${itemIndex[row]}`);

const sets = fc
  .uniqueArray(fc.record({ user: fc.nat({ max: 12 }), item: fc.nat({ max: 15 }) }), {
    selector: ({ user, item }) => `${user},${item}`,
    minLength: 20,
    maxLength: 90,
  })
  .map((rows) => interactionSetFromRows(rows));

test('every pair is in train, input or truth, and a held-out user has both of the latter and no train', () => {
  fc.assert(
    fc.property(sets, fc.nat({ max: 9 }), fc.constantFrom(0.2, 0.5, 0.8), (set, seed, foldInRatio) => {
      const { train, valid, test, foldIn } = splitInteractionSet(set, {
        split: { name: NAME, validRatio: 0.2, testRatio: 0.3, foldInRatio },
        seed,
      });
      expect([train, valid, test, foldIn!].flatMap(keysOf).sort()).toEqual(keysOf(set).sort());
      const usersOf = (part: Interactions) => new Set(part.userIndex);
      const [known, validUsers, testUsers, made] = [train, valid, test, foldIn!].map(usersOf);
      expect([...made].sort()).toEqual([...validUsers, ...testUsers].sort());
      expect([...made].some((user) => known.has(user))).toBe(false);
      expect([...validUsers].some((user) => testUsers.has(user))).toBe(false);
    }),
  );
});

test('takes its shares: of 40 users with ten items, eight for test, four for validation, eight items each as input', () => {
  const rows = Array.from({ length: 400 }, (_, i) => ({ user: Math.floor(i / 10), item: (i * 7) % 50 }));
  const { split, notes } = splitInteractionSet(interactionSetFromRows(rows), { split: { name: NAME } });
  expect(split.counts).toEqual({ train: 280, valid: 8, test: 16, foldIn: 96, otherEvents: 0 });
  expect(notes.join()).toContain('8 users are in test only, 4 in validation only');
});

test('users with one interaction stay in train, and repeats of a pair are on one side', () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ user: i % 6, item: Math.floor(i / 12), timestamp: i }));
  const set = interactionSetFromRows([...rows, { user: 'once', item: 0, timestamp: 99 }]);
  const { train, valid, test, foldIn } = splitInteractionSet(set, {
    split: { name: NAME, validRatio: 0.3, testRatio: 0.6 },
    deduplicate: 'none',
  });
  expect([...train.userIndex]).toContain(set.users.indexOf('once'));
  const input = new Set(keysOf(foldIn!));
  expect([...keysOf(valid), ...keysOf(test)].some((key) => input.has(key))).toBe(false);
});
