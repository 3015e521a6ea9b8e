import { expect, test } from 'vitest';
import { type InteractionRow, interactionSetFromRows } from './rows.js';

test('ids, times, weights and events become columns', () => {
  const set = interactionSetFromRows([
    { user: 7, item: 'a', timestamp: '1970-01-02', weight: 2 },
    { user: '7', item: 'b', timestamp: new Date(5000), weight: 1, event: 'exposed' },
  ]);
  expect([set.users.ids, set.items.ids]).toEqual([['7'], ['a', 'b']]);
  expect([...set.timestamp!, ...set.weight!, ...set.event!]).toEqual([86_400, 5, 2, 1, 0, 1]);
});

test('columns that no row has are absent', () => {
  const set = interactionSetFromRows([{ user: 1, item: 2 }]);
  expect([set.timestamp, set.weight, set.event]).toEqual([undefined, undefined, undefined]);
});

test.each<[unknown[], RegExp]>([
  [[], /expected at least one row/],
  [[{ user: '', item: 1 }], /row 0: user: .*empty text/],
  [[{ user: 1, item: 1 }, { user: 1 }], /row 1: item: .*undefined/],
  [[{ user: 1, item: 1, timestamp: Number.NaN }], /row 0: timestamp: .*NaN/],
  [[{ user: 1, item: 1, timestamp: 'May' }], /row 0: timestamp: .*May/],
  [[{ user: 1, item: 1, weight: Number.POSITIVE_INFINITY }], /row 0: weight/],
  [[{ user: 1, item: 1, event: 'expose' }], /row 0: event: .*did you mean "exposed"/],
  [
    [
      { user: 1, item: 1, timestamp: 1 },
      { user: 1, item: 2 },
    ],
    /timestamp: .*in 1 of 2/,
  ],
])('%j is refused', (rows, message) => {
  expect(() => interactionSetFromRows(rows as InteractionRow[])).toThrow(message);
});
