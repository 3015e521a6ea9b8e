import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDataConfig } from './data-config.js';
import { InteractionCollector } from './interaction-collector.js';
import { EVENT_CODES } from './interaction-set.js';

interface Row {
  user: number;
  item: number;
  time: number;
  weight: number;
}

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    user: fc.nat({ max: 3 }),
    item: fc.nat({ max: 3 }),
    time: fc.nat({ max: 20 }),
    weight: fc.integer({ min: 1, max: 5 }),
  }),
  { minLength: 1, maxLength: 60 },
);

function collect(input: Row[], config: Parameters<typeof parseDataConfig>[0]) {
  const collector = new InteractionCollector(parseDataConfig(config));
  collector.beginPart(0, { timestamp: true, weight: true }, 'rows');
  for (const { user, item, time, weight } of input) {
    collector.add(
      collector.users.ofText(String(user)),
      collector.items.ofText(String(item)),
      time,
      weight,
      EVENT_CODES.positive,
    );
  }
  const log = collector.finish();
  const result = Array.from(log.userIndex, (userIndex, row) => ({
    user: Number(log.users.idOf(userIndex)),
    item: Number(log.items.idOf(log.itemIndex[row])),
    time: log.timestamp![row],
    weight: log.weight ? log.weight[row] : 1,
  }));
  return { collector, result, log };
}

/** Rows of each pair, in the order of first occurrence. */
function byPair(input: Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of input)
    groups.set(`${row.user},${row.item}`, [...(groups.get(`${row.user},${row.item}`) ?? []), row]);
  return [...groups.values()];
}

describe('repeated pairs', () => {
  test.each([
    ['first', (group: Row[]) => group.reduce((best, row) => (row.time < best.time ? row : best))],
    ['latest', (group: Row[]) => group.reduce((best, row) => (row.time >= best.time ? row : best))],
    [
      'sum',
      (group: Row[]) => ({
        ...group[0],
        time: Math.min(...group.map(({ time }) => time)),
        weight: group.reduce((sum, { weight }) => sum + weight, 0),
      }),
    ],
  ] as const)('%s', (deduplicate, expected) => {
    fc.assert(
      fc.property(rows, (input) => {
        const { result, collector } = collect(input, { deduplicate, useWeights: true });
        expect(result).toEqual(byPair(input).map(expected));
        expect(collector.counts.repeated).toBe(input.length - result.length);
      }),
    );
  });

  test('none keeps every row', () => {
    fc.assert(
      fc.property(rows, (input) => {
        expect(collect(input, { deduplicate: 'none', useWeights: true }).result).toEqual(input);
      }),
    );
  });
});

test('date range and minimum rating keep what a filter over all rows keeps', () => {
  fc.assert(
    fc.property(rows, (input) => {
      const { result, collector } = collect(input, {
        from: 5,
        to: 15,
        minRating: 3,
        deduplicate: 'none',
        useWeights: true,
      });
      expect(result).toEqual(input.filter(({ time, weight }) => time >= 5 && time < 15 && weight >= 3));
      expect(collector.counts.read).toBe(input.length);
    }),
  );
});

test('a rating below the minimum can count as rejected, beside the positive of the same pair', () => {
  const input = [
    { user: 0, item: 0, time: 1, weight: 5 },
    { user: 0, item: 0, time: 2, weight: 1 },
  ];
  const { log } = collect(input, { minRating: 3, belowMinRating: 'rejected' });
  expect([...log.event!]).toEqual([EVENT_CODES.positive, EVENT_CODES.rejected]);
});

test('memory grows with distinct pairs, not with rows', () => {
  const repeated = Array.from({ length: 20_000 }, (_, i) => ({ user: i % 3, item: i % 2, time: i, weight: 1 }));
  expect(collect(repeated, {}).result).toHaveLength(6);
});

test('repeats are found however many pairs there are', () => {
  const distinct = Array.from({ length: 5000 }, (_, i) => ({ user: i % 83, item: i, time: i, weight: 1 }));
  expect(collect([...distinct, ...distinct], {}).result).toHaveLength(5000);
});

test('weights are handed on only where they are to be used', () => {
  const input = [{ user: 0, item: 0, time: 1, weight: 5 }];
  expect(collect(input, {}).log.weight).toBeUndefined();
  expect([...collect(input, { useWeights: true }).log.weight!]).toEqual([5]);
});

test('a filter without its column says which one', () => {
  const begin = (config: Parameters<typeof parseDataConfig>[0]) => () =>
    new InteractionCollector(parseDataConfig(config)).beginPart(0, { timestamp: false, weight: false }, 'log.csv');
  expect(begin({ minRating: 3 })).toThrow(/log\.csv: data\.minRating.*data\.columns\.weight/);
  expect(begin({ from: 3 })).toThrow(/log\.csv: data\.from.*data\.columns\.timestamp/);
  expect(begin({ from: 3, to: 3 })).toThrow(/must lie before/);
});

test('ratings that nothing was made of are told', () => {
  const notes = (weights: number[], config: Parameters<typeof parseDataConfig>[0]): string => {
    const collector = new InteractionCollector(parseDataConfig(config));
    collector.beginPart(0, { timestamp: false, weight: true }, 'rows');
    for (const [at, weight] of weights.entries()) {
      collector.add(
        collector.users.ofText('u'),
        collector.items.ofText(`i${at}`),
        Number.NaN,
        weight,
        EVENT_CODES.positive,
      );
    }
    collector.finish();
    return collector.notes().join();
  };
  expect(notes([2, 5, 1, 4], {})).toBe(
    'ratings 1 … 5 were all taken as positive; data.minRating (--min-rating) says from which on',
  );
  expect(notes([1, 1, 1], {})).toBe('');
  expect(notes([2, 5], { useWeights: true })).toBe('');
  expect(notes([2, 5], { minRating: 3 })).not.toContain('all taken');
});
