/**
 * What every split owes: disjoint, complete, seeded; then each split's own rule.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InteractionSet, Interactions } from '../interaction-set.js';
import { splitInteractionSet } from '../load-dataset.js';
import { interactionSetFromRows } from '../sources/rows.js';
import type { SplitName } from '../split-config.js';

const keysOf = ({ userIndex, itemIndex }: Interactions): string[] =>
  Array.from(userIndex, (user, row) => `${user},${itemIndex[row]}`);

const sets = fc
  .uniqueArray(fc.record({ user: fc.nat({ max: 8 }), item: fc.nat({ max: 15 }), timestamp: fc.nat({ max: 1000 }) }), {
    selector: ({ user, item }) => `${user},${item}`,
    minLength: 12,
    maxLength: 80,
  })
  // one certain early interaction: a split by time must leave something to train on
  .map((rows) => interactionSetFromRows([{ user: 'first', item: 'first', timestamp: -1 }, ...rows]));

const names = [
  'random',
  'leave-one-out',
  'per-user-time',
  'global-time',
  'cold-item',
  'cold-user',
  'warm-cold-item',
] as const;

describe.each(names)('%s', (name) => {
  const split = (set: InteractionSet, seed = 1) => splitInteractionSet(set, { split: { name }, seed });

  test('gives disjoint parts that hold every pair once, with its columns', () => {
    fc.assert(
      fc.property(sets, (set) => {
        const { train, valid, test } = split(set);
        const all = [train, valid, test].flatMap((part) =>
          keysOf(part).map((key, row) => `${key},${part.timestamp![row]}`),
        );
        const expected = keysOf(set).map((key, row) => `${key},${set.timestamp![row]}`);
        expect(all.sort()).toEqual(expected.sort());
      }),
    );
  });

  test('does the same again with the same seed', () => {
    fc.assert(
      fc.property(sets, fc.nat(), (set, seed) => {
        expect(split(set, seed)).toEqual(split(set, seed));
      }),
      { numRuns: 20 },
    );
  });

  test('keeps both vocabularies as they were', () => {
    fc.assert(
      fc.property(sets, (set) => {
        const { users, items } = split(set);
        expect([users.ids, items.ids]).toEqual([set.users.ids, set.items.ids]);
      }),
      { numRuns: 20 },
    );
  });
});

/** 40 users with 10 items each out of 50, all times different. */
const wide = interactionSetFromRows(
  Array.from({ length: 400 }, (_, i) => ({
    user: `u${Math.floor(i / 10)}`,
    item: `i${((i % 10) * 7 + Math.floor(i / 10) * 3) % 50}`,
    timestamp: 1000 + ((i * 131) % 400),
  })),
);

const perUser = (part: Interactions, numUsers: number): number[] => {
  const counts = new Array<number>(numUsers).fill(0);
  for (const user of part.userIndex) counts[user]++;
  return counts;
};

describe.each(['random', 'cold-item', 'cold-user', 'warm-cold-item'] as const)('%s', (name) => {
  test('draws otherwise with another seed', () => {
    const a = splitInteractionSet(wide, { split: { name }, seed: 1 });
    const b = splitInteractionSet(wide, { split: { name }, seed: 2 });
    expect(keysOf(a.test)).not.toEqual(keysOf(b.test));
  });
});

test('random takes its share of each user, and other users change nothing for one', () => {
  const split = { name: 'random', validRatio: 0.1, testRatio: 0.2 } as const;
  const all = splitInteractionSet(wide, { split });
  expect(new Set(perUser(all.test, 40))).toEqual(new Set([2]));
  expect(new Set(perUser(all.valid, 40))).toEqual(new Set([1]));
  const rows = Array.from(wide.userIndex.keys()).filter((row) => wide.userIndex[row] >= 20);
  const some = interactionSetFromRows(
    rows.map((row) => ({ user: wide.users.idOf(wide.userIndex[row]), item: wide.items.idOf(wide.itemIndex[row]) })),
  );
  const named = (set: Pick<InteractionSet, 'users' | 'items'>, part: Interactions): string[] =>
    Array.from(part.userIndex, (user, row) => `${set.users.idOf(user)} ${set.items.idOf(part.itemIndex[row])}`);
  const alone = splitInteractionSet(some, { split });
  const kept = new Set(some.users.ids);
  expect(named(alone, alone.test)).toEqual(named(all, all.test).filter((pair) => kept.has(pair.split(' ')[0])));
});

test('nobody loses the last training interaction to a share', () => {
  const rows = [1, 2, 3].flatMap((count) => Array.from({ length: count }, (_, i) => ({ user: `u${count}`, item: i })));
  const { train } = splitInteractionSet(interactionSetFromRows(rows), {
    split: { name: 'random', validRatio: 0.45, testRatio: 0.54 },
  });
  expect(new Set(train.userIndex)).toEqual(new Set([0, 1, 2]));
});

test('per-user-time and leave-one-out hold out the last of each user', () => {
  for (const [name, heldOut] of [
    ['per-user-time', 2],
    ['leave-one-out', 1],
  ] as const) {
    const { train, valid, test } = splitInteractionSet(wide, { split: { name } });
    expect(new Set(perUser(test, 40))).toEqual(new Set([heldOut]));
    for (let user = 0; user < 40; user++) {
      const times = ({ userIndex, timestamp }: Interactions) =>
        [...timestamp!].filter((_, row) => userIndex[row] === user);
      expect(Math.max(...times(train))).toBeLessThan(Math.min(...times(valid)));
      expect(Math.max(...times(valid))).toBeLessThan(Math.min(...times(test)));
    }
  }
});

test('leave-one-out without times draws and says so', () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({ user: i % 3, item: i }));
  const { split, notes } = splitInteractionSet(interactionSetFromRows(rows), { split: { name: 'leave-one-out' } });
  expect(split.counts).toMatchObject({ train: 24, valid: 3, test: 3 });
  expect(notes.join()).toContain('no timestamps');
});

describe('global-time', () => {
  test('cuts all users at the same instants, in the shares asked for', () => {
    const { train, valid, test, split } = splitInteractionSet(wide, { split: { name: 'global-time' } });
    expect(split.counts).toMatchObject({ train: 280, valid: 40, test: 80 });
    expect(Math.max(...train.timestamp!)).toBeLessThan(Math.min(...valid.timestamp!));
    expect(Math.max(...valid.timestamp!)).toBeLessThan(Math.min(...test.timestamp!));
  });

  test('can be cut at given instants', () => {
    const split = { name: 'global-time', validFrom: 1100, testFrom: '1970-01-01T00:20:00' } as const;
    const { counts } = splitInteractionSet(wide, { split }).split;
    expect(counts).toMatchObject({ train: 100, valid: 100, test: 200 });
  });

  test('refuses times that are all alike, and validation after test', () => {
    const alike = interactionSetFromRows([1, 2, 3].map((item) => ({ user: 1, item, timestamp: 5 })));
    expect(() => splitInteractionSet(alike, { split: { name: 'global-time' } })).toThrow(/nothing to train on/);
    const split = { name: 'global-time', validFrom: 1300, testFrom: 1200 } as const;
    expect(() => splitInteractionSet(wide, { split })).toThrow(/begins .* after test/);
  });
});

test('cold-item and cold-user share no item (user) between the parts', () => {
  for (const [name, column] of [
    ['cold-item', 'itemIndex'],
    ['cold-user', 'userIndex'],
  ] as const) {
    const { train, valid, test, split } = splitInteractionSet(wide, { split: { name } });
    const [a, b, c] = [train, valid, test].map((part) => new Set(part[column]));
    expect([...b].some((index) => a.has(index)) || [...c].some((index) => a.has(index) || b.has(index))).toBe(false);
    expect([b.size, c.size]).toEqual(name === 'cold-item' ? [5, 10] : [4, 8]);
    const side = name === 'cold-item' ? 'items' : 'users';
    expect(split.cold.test[side]).toBe(c.size);
  }
});

test('who is cold depends on the ids, not on the order of the rows', () => {
  const rows = Array.from(wide.userIndex, (user, row) => ({
    user: wide.users.idOf(user),
    item: wide.items.idOf(wide.itemIndex[row]),
  }));
  const coldItems = (input: typeof rows): string[] => {
    const { test, items } = splitInteractionSet(interactionSetFromRows(input), { split: { name: 'cold-item' } });
    return [...new Set(Array.from(test.itemIndex, (item) => items.idOf(item)))].sort();
  };
  expect(coldItems(rows.toReversed())).toEqual(coldItems(rows));
});

test.each(['per-user-time', 'global-time'] as const)('%s needs timestamps', (name) => {
  const set = interactionSetFromRows([{ user: 1, item: 1 }]);
  expect(() => splitInteractionSet(set, { split: { name } })).toThrow(
    expect.objectContaining({ code: 'DATA_NO_TIMESTAMPS' }),
  );
});

test('auto is global-time with timestamps and random without', () => {
  const resolved = (set: InteractionSet): SplitName => splitInteractionSet(set).split.resolved.name;
  expect(resolved(wide)).toBe('global-time');
  expect(resolved({ ...wide, timestamp: undefined })).toBe('random');
});

test('given needs files', () => {
  expect(() => splitInteractionSet(wide, { split: { name: 'given' } })).toThrow(
    expect.objectContaining({ exitCode: 2 }),
  );
});

describe('events that are no positives', () => {
  const rows = [
    ...Array.from({ length: 10 }, (_, i) => ({ user: 'a', item: `p${i}`, timestamp: i, event: 'positive' as const })),
    { user: 'a', item: 'early', timestamp: 2, event: 'exposed' as const },
    { user: 'a', item: 'late', timestamp: 9, event: 'rejected' as const },
    // of a pair that training knows, and of one that is a positive only later
    { user: 'a', item: 'p1', timestamp: 1, event: 'exposed' as const },
    { user: 'a', item: 'p9', timestamp: 1, event: 'exposed' as const },
  ];
  const set = interactionSetFromRows(rows);

  test.each([
    ['global-time', ['early', 'p9']],
    ['per-user-time', ['early', 'p9']],
    ['leave-one-out', ['early', 'p9']],
    ['random', ['early', 'late']],
  ] as const)(
    '%s: stand beside train unless they came later or led to a positive that training knows',
    (name, kept) => {
      const { train, valid, test, split } = splitInteractionSet(set, { split: { name } });
      const items = Array.from(train.itemIndex, (item) => set.items.idOf(item));
      const others = items.filter((_, row) => train.event![row] !== 0);
      expect(others).toEqual(kept);
      expect([valid.event, test.event]).toEqual([undefined, undefined]);
      expect(split.counts.otherEvents).toBe(kept.length);
      expect(split.counts.train).toBe(train.itemIndex.length - kept.length);
    },
  );
});

test('repeats that were kept stay in one part', () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ user: i % 4, item: i % 7, timestamp: i }));
  const { train, valid, test, notes } = splitInteractionSet(interactionSetFromRows(rows), { deduplicate: 'none' });
  const known = new Set(keysOf(train));
  expect(keysOf(train).length).toBeGreaterThan(known.size);
  expect([...keysOf(valid), ...keysOf(test)].filter((key) => known.has(key))).toEqual([]);
  expect(notes.join()).toContain('repeat a pair');
});

test('filters drop users and items that nothing names any more, and their features with them', () => {
  const set = interactionSetFromRows([
    { user: 'a', item: 'x', weight: 1 },
    { user: 'b', item: 'y', weight: 5 },
    { user: 'c', item: 'z', weight: 4 },
  ]);
  const itemFeatures = { numRows: 3, columns: { title: { kind: 'text' as const, texts: ['X', 'Y', 'Z'] } } };
  const { users, items, itemFeatures: kept } = splitInteractionSet({ ...set, itemFeatures }, { minRating: 4 });
  expect([users.ids, items.ids]).toEqual([
    ['b', 'c'],
    ['y', 'z'],
  ]);
  expect(kept).toEqual({ numRows: 2, columns: { title: { kind: 'text', texts: ['Y', 'Z'] } } });
  expect(() => splitInteractionSet(set, { minRating: 6 })).toThrow(/left nothing of 3 interactions.*rated below 6/);
});
