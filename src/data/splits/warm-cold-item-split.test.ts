/** The split with warm and cold items: its shares, and that nothing is held out of whom train does not know but cold items. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Interactions } from '../interaction-set.js';
import { splitInteractionSet } from '../load-dataset.js';
import { interactionSetFromRows } from '../sources/rows.js';

const sets = fc
  .uniqueArray(fc.record({ user: fc.nat({ max: 8 }), item: fc.nat({ max: 15 }), timestamp: fc.nat({ max: 1000 }) }), {
    selector: ({ user, item }) => `${user},${item}`,
    minLength: 12,
    maxLength: 80,
  })
  // one certain early interaction: a split by time must leave something to train on
  .map((rows) => interactionSetFromRows([{ user: 'first', item: 'first', timestamp: -1 }, ...rows]));

/** 40 users with 10 items each out of 50, all times different. */
const wide = interactionSetFromRows(
  Array.from({ length: 400 }, (_, i) => ({
    user: `u${Math.floor(i / 10)}`,
    item: `i${((i % 10) * 7 + Math.floor(i / 10) * 3) % 50}`,
    timestamp: 1000 + ((i * 131) % 400),
  })),
);

const itemsOf = (part: Interactions): Set<number> => new Set(part.itemIndex);

test('halves a fifth of the items into validation and test, and holds out a tenth of the other pairs in each', () => {
  const { train, valid, test } = splitInteractionSet(wide, { split: { name: 'warm-cold-item' } });
  const warm = itemsOf(train);
  expect(warm.size).toBe(40);
  const coldOf = (part: Interactions) => [...itemsOf(part)].filter((item) => !warm.has(item));
  expect([coldOf(valid).length, coldOf(test).length]).toEqual([5, 5]);
  expect(coldOf(valid).filter((item) => coldOf(test).includes(item))).toEqual([]);
  const numWarm = (part: Interactions) => part.itemIndex.filter((item) => warm.has(item)).length;
  expect(numWarm(train) + numWarm(valid) + numWarm(test)).toBe(317);
  expect([numWarm(valid), numWarm(test)]).toEqual([32, 32]);
});

test('sends held-out pairs of warm items back where their user or item had nothing else in train', () => {
  fc.assert(
    fc.property(sets, fc.nat({ max: 20 }), (set, seed) => {
      const { train, valid, test } = splitInteractionSet(set, {
        split: { name: 'warm-cold-item', coldRatio: 0.3, warmValidRatio: 0.4, warmTestRatio: 0.4 },
        seed,
      });
      const [users, warm] = [new Set(train.userIndex), itemsOf(train)];
      const [ofValid, ofTest] = [itemsOf(valid), itemsOf(test)];
      for (const part of [valid, test]) {
        for (const [row, item] of part.itemIndex.entries()) {
          // cold items are in one held-out part alone; the pairs of warm ones have a known user
          if (warm.has(item)) expect(users.has(part.userIndex[row])).toBe(true);
          else expect(ofValid.has(item) && ofTest.has(item)).toBe(false);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('leaves exposures of cold items out', () => {
  const exposed = Array.from({ length: 50 }, (_, i) => ({ user: 'u0', item: `i${i}`, event: 'exposed' as const }));
  const taken = Array.from(wide.userIndex, (user, row) => ({
    user: wide.users.idOf(user),
    item: wide.items.idOf(wide.itemIndex[row]),
    event: 'positive' as const,
  }));
  const { train } = splitInteractionSet(interactionSetFromRows([...taken, ...exposed]), {
    split: { name: 'warm-cold-item' },
  });
  const positive = new Set(train.itemIndex.filter((_, row) => train.event![row] === 0));
  const others = [...train.itemIndex].filter((_, row) => train.event![row] !== 0);
  expect(others.length).toBeGreaterThan(0);
  expect(others.every((item) => positive.has(item))).toBe(true);
});
