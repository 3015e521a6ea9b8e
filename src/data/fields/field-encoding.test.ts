import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeatureColumn } from '../feature-table.js';
import { type EncodedField, MISSING_VALUE, UNSEEN_VALUE } from './encoded-field.js';
import type { FeatureCell } from './feature-cell.js';
import { columnOfCells } from './feature-cells.js';
import { encodeCells, encodeField, type FieldEncoding, fieldEncodingSchema, fitField } from './field-encoding.js';
import { type FieldOptions, fieldOptionsSchema } from './field-options.js';

const parsed = (options: unknown): FieldOptions => fieldOptionsSchema.parse(options);

/** Cells → encoding fitted on `fitRows`, and the field of all cells. */
function encoded(options: unknown, cells: readonly FeatureCell[], fitRows = [...cells.keys()]) {
  const asked = parsed(options);
  const column = columnOfCells({ name: 'x', ...asked } as Parameters<typeof columnOfCells>[0], cells);
  const encoding = fitField('x', column, asked, Int32Array.from(fitRows));
  return { column, encoding, field: encodeField(encoding, column) };
}

/** Rows as column → weight. */
function rowsOf({ offsets, columns, values }: EncodedField): Record<number, number>[] {
  return Array.from({ length: offsets.length - 1 }, (_, row) =>
    Object.fromEntries(
      Array.from(columns.subarray(offsets[row], offsets[row + 1]), (column, i) => [column, values[offsets[row] + i]]),
    ),
  );
}

const missing = { [MISSING_VALUE]: 1 };
const unseen = { [UNSEEN_VALUE]: 1 };

test('categories: the most frequent first, rare and later ones unseen', () => {
  const cells = ['b', 'a', '', 'b', 'c', 'later'];
  const { encoding, field } = encoded({ kind: 'categorical' }, cells, [0, 1, 2, 3, 4]);
  expect(encoding).toEqual({ kind: 'categorical', name: 'x', values: ['b', 'a', 'c'] });
  expect(field.numValues).toBe(5);
  expect(rowsOf(field)).toEqual([{ 2: 1 }, { 3: 1 }, missing, { 2: 1 }, { 4: 1 }, unseen]);
  expect(encoded({ kind: 'categorical', minEntities: 2 }, cells).encoding).toMatchObject({ values: ['b'] });
  expect(encoded({ kind: 'categorical', maxValues: 2 }, cells).encoding).toMatchObject({ values: ['b', 'a'] });
});

test('lists: mean pooling, weights, and what fitting did not see beside what it saw', () => {
  const cells = ['a|b', 'b', '', 'a|new', 'new'];
  const { field } = encoded({ kind: 'multi-valued' }, cells, [0, 1, 2]);
  expect(rowsOf(field)).toEqual([{ 2: 0.5, 3: 0.5 }, { 2: 1 }, missing, { 3: 1 }, unseen]);
  const weighted = encoded({ kind: 'multi-valued', weighted: true }, ['a:3|b', 'b:0.5|b:1.5', ' a : 2 ']);
  expect(rowsOf(weighted.field)).toEqual([{ 2: 0.75, 3: 0.25 }, { 3: 1 }, { 2: 1 }]);
  const sums = encoded({ kind: 'multi-valued', weighted: true, pooling: 'sum' }, ['a:3|b', 'b:0.5|b:1.5']);
  expect(rowsOf(sums.field)).toEqual([{ 2: 1, 3: 3 }, { 2: 2 }]);
});

describe('numbers', () => {
  test('quantile buckets hold about as many each; what is beyond them falls into the ends', () => {
    const cells = Array.from({ length: 100 }, (_, i) => i);
    const { encoding, field } = encoded({ kind: 'numeric', buckets: 4 }, cells);
    expect(encoding).toMatchObject({ bounds: [25, 50, 75] });
    expect(field.numValues).toBe(6);
    expect([0, 24, 25, 99].map((row) => field.columns[row])).toEqual([2, 2, 3, 5]);
    expect([...encodeCells(encoding, [-1e9, '1e9', 49.9, 'n/a', '']).columns]).toEqual([2, 5, 3, 0, 0]);
  });

  test('equal numbers share a bucket, and no bucket is empty', () => {
    const { encoding, field } = encoded({ kind: 'numeric', buckets: 16 }, [1, 1, 1, 1, 1, 7, 9, 9]);
    expect(encoding).toMatchObject({ bounds: [7, 9] });
    expect(new Set(field.columns)).toEqual(new Set([2, 3, 4]));
    expect(encoded({ kind: 'numeric' }, [3, 3]).encoding).toMatchObject({ bounds: [] });
  });

  test('standardised: mean 0 and deviation 1 over what was fitted, outliers clamped', () => {
    const { encoding, field } = encoded({ kind: 'numeric', scale: 'standardised' }, [2, 4, 6, '', 1e6], [0, 1, 2, 3]);
    const deviation = Math.sqrt(8 / 3);
    expect(rowsOf(field)).toEqual([
      { 2: Math.fround(-2 / deviation) },
      { 2: 0 },
      { 2: Math.fround(2 / deviation) },
      missing,
      { 2: 5 },
    ]);
    expect(encoding).toMatchObject({ mean: 4 });
    expect(rowsOf(encoded({ kind: 'numeric', scale: 'standardised' }, [3, 3]).field)).toEqual([{ 2: 0 }, { 2: 0 }]);
    const huge = encoded({ kind: 'numeric', scale: 'standardised' }, [1e308, -1e308]).field;
    expect(Array.from(huge.values, Math.round)).toEqual([1, -1]);
  });

  test('where no training entity has one, every number is unseen', () => {
    for (const scale of ['buckets', 'standardised']) {
      expect(rowsOf(encoded({ kind: 'numeric', scale }, ['', 3], [0]).field)).toEqual([missing, unseen]);
    }
  });
});

describe('texts', () => {
  test('weights are sub-linear tf-idf of length 1, as in the formula', () => {
    const { encoding, field } = encoded(
      { kind: 'text', minDocuments: 1 },
      ['red red tea', 'green tea', '', '?!'],
      [0, 1],
    );
    const idf = 1 + Math.log(3 / 2);
    expect(encoding).toMatchObject({ terms: ['tea', 'green', 'red'], idf: [1, idf, idf] });
    const red = (1 + Math.log(2)) * idf;
    const [first, second, ...others] = rowsOf(field);
    expect(first).toEqual({ 2: Math.fround(1 / Math.hypot(1, red)), 4: Math.fround(red / Math.hypot(1, red)) });
    expect(second).toEqual({ 2: Math.fround(1 / Math.hypot(1, idf)), 3: Math.fround(idf / Math.hypot(1, idf)) });
    expect(others).toEqual([missing, missing]);
  });

  test('unknown words count only where there is no other', () => {
    const { encoding } = encoded({ kind: 'text', minDocuments: 1 }, ['red tea', 'green tea']);
    expect(rowsOf(encodeCells(encoding, ['tea blue', 'blue']))).toEqual([{ 2: 1 }, unseen]);
    expect(encoded({ kind: 'text' }, ['red tea', 'green tea']).encoding).toMatchObject({ terms: ['tea'] });
  });

  test('hashed: a stated number of rows, buckets that fitting did not see are unseen', () => {
    const { encoding, field } = encoded({ kind: 'text', hashBuckets: 64 }, ['red tea', 'green tea'], [0]);
    expect(field.numValues).toBe(66);
    expect(encoding.kind === 'text' && encoding.idf.filter((idf) => idf > 0).length).toBe(2);
    const [green, red] = rowsOf(encodeCells(encoding, ['green', 'red']));
    expect(green).toEqual(unseen);
    expect(Object.keys(rowsOf(field)[0])).toContain(Object.keys(red)[0]);
  });

  test.each([
    [{ words: 0 }, /neither words nor characters/],
    [{ hashBuckets: 8, maxValues: 3 }, /no vocabulary/],
  ])('%j is refused', (options, message) => {
    expect(() => parsed({ kind: 'text', ...options })).toThrow(message);
  });
});

test('vectors keep their numbers, or their direction', () => {
  const cells = [[3, 4], '', '[0.5,1e-3]', '0 0'];
  expect(rowsOf(encoded({ kind: 'vector' }, cells).field)).toEqual([
    { 2: 3, 3: 4 },
    missing,
    { 2: 0.5, 3: Math.fround(1e-3) },
    { 2: 0, 3: 0 },
  ]);
  const { encoding, field } = encoded({ kind: 'vector', unitLength: true }, cells);
  expect(rowsOf(field)[0]).toEqual({ 2: Math.fround(0.6), 3: Math.fround(0.8) });
  expect(rowsOf(field)[3]).toEqual({ 2: 0, 3: 0 });
  expect(() =>
    encodeCells(encoding, [
      [1, 2],
      [1, 2, 3],
    ]),
  ).toThrow(/feature "x", row 1: expected 2 numbers, got 3/);
  expect(() => encodeCells(encoding, ['red'])).toThrow(/expected a list of numbers, got "red"/);
});

describe('numbers at the end of what there is', () => {
  test('from one end to the other, the deviation is a number, and so is what it tells', () => {
    const ends = [-Number.MAX_VALUE, Number.MAX_VALUE, -8.9e302];
    const { encoding, field } = encoded({ kind: 'numeric', scale: 'standardised' }, ends);
    const third = Number.MAX_VALUE / 3;
    const expected = Math.sqrt(2 / 3);
    expect((encoding as { deviation: number }).deviation / third).toBeCloseTo(3 * expected, 5);
    expect([...field.values][0]).toBeCloseTo(-1 / expected, 5);
    expect([...field.values][1]).toBeCloseTo(1 / expected, 5);
    const later = encodeCells(encoding, [Number.MAX_VALUE, 'Infinity', 0]).values;
    expect([...later][0]).toBeCloseTo(1 / expected, 5);
    expect(JSON.parse(JSON.stringify(encoding))).toEqual(encoding);
  });
});

describe('times', () => {
  const day = 86_400;
  const reference = Date.UTC(2024, 0, 31) / 1000;
  const ago = (days: number): number => reference - days * day;

  test('ages fall into buckets that double, counted back from a frozen instant', () => {
    const cells = [0, 0.5, 1, 1.9, 2, 4, 30].map(ago);
    const { encoding, field } = encoded({ kind: 'time', referenceTime: '2024-01-31' }, cells);
    expect(encoding).toEqual({ kind: 'time', name: 'x', referenceTime: reference, bounds: [1, 2, 4, 16] });
    expect([...field.columns]).toEqual([2, 2, 3, 3, 4, 5, 6]);
    // a year later, and long before
    expect([...encodeCells(encoding, ['2025-01-31', '1950', '2024-01-29T12:00:00Z', 'soon', '']).columns]).toEqual([
      2, 6, 3, 0, 0,
    ]);
  });

  test('every bucket was seen in fitting', () => {
    const { encoding, field } = encoded({ kind: 'time', referenceTime: reference }, [ago(3), ago(100)]);
    expect(encoding).toMatchObject({ bounds: [64] });
    expect([...field.columns]).toEqual([2, 3]);
  });

  test('without a reference it is the latest training instant; numbers may count milliseconds', () => {
    const { encoding } = encoded({ kind: 'time' }, [1000 * ago(1), ago(0), ago(-9)], [0, 1]);
    expect(encoding).toMatchObject({ referenceTime: reference });
    expect(rowsOf(encoded({ kind: 'time' }, ['', ago(0)], [0]).field)).toEqual([missing, unseen]);
  });
});

const word = fc.constantFrom('a', 'b', 'c', 'tea', 'Ärger', '茶道', "don't", 'x.y');
const list = fc.array(word, { maxLength: 4 });
const instant = fc.integer({ min: 1_000_000_000, max: 1_700_000_000 });
/** Options and the cells that go with them. */
const CASES: [unknown, fc.Arbitrary<FeatureCell>][] = [
  [{ kind: 'categorical', minEntities: 2 }, fc.oneof(word, fc.integer(), fc.boolean())],
  [
    { kind: 'multi-valued', maxValues: 3 },
    fc.oneof(
      list,
      list.map((words) => words.join(' | ')),
    ),
  ],
  [
    { kind: 'multi-valued', weighted: true, separator: ';' },
    list.map((words) => words.map((w, i) => `${w}:${i + 0.5}`).join(';')),
  ],
  [{ kind: 'multi-valued', weighted: true, pooling: 'sum' }, list.map((words) => words.map((w, i) => `${w}:${i + 1}`))],
  [{ kind: 'numeric', buckets: 3 }, fc.oneof(fc.double(), fc.integer().map(String), word)],
  [{ kind: 'numeric', scale: 'standardised' }, fc.double({ noNaN: true })],
  [{ kind: 'text', minDocuments: 1, words: 2, characters: 3 }, list.map((words) => words.join(' '))],
  [{ kind: 'text', hashBuckets: 5 }, list.map((words) => words.join(' '))],
  [
    { kind: 'vector' },
    fc.oneof(fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.integer()), fc.constant('[1, 2.5]')),
  ],
  [
    { kind: 'vector', unitLength: true },
    fc.float32Array({ minLength: 3, maxLength: 3, noNaN: true, noDefaultInfinity: true }),
  ],
  [
    { kind: 'time' },
    fc.oneof(
      instant,
      instant.map((seconds) => new Date(1000 * seconds).toISOString()),
      fc.constant('1999'),
    ),
  ],
];

describe.each(CASES)('%j', (options, cell) => {
  const cases = fc
    .array(fc.oneof({ weight: 6, arbitrary: cell }, fc.constantFrom(null, '')), { minLength: 1, maxLength: 12 })
    .chain((cells) => fc.tuple(fc.constant(cells), fc.subarray([...cells.keys()])));

  test('rows are whole: columns ascend, are within the field, and every row has one', () => {
    fc.assert(
      fc.property(cases, ([cells, fitRows]) => {
        const { field } = encoded(options, cells, fitRows);
        const { offsets, columns, values, numValues } = field;
        expect(offsets.length).toBe(cells.length + 1);
        expect(offsets.at(-1)).toBe(columns.length);
        expect(values.length).toBe(columns.length);
        for (let row = 0; row < cells.length; row++) {
          expect(offsets[row + 1]).toBeGreaterThan(offsets[row]);
          for (let at = offsets[row]; at < offsets[row + 1]; at++) {
            expect(columns[at]).toBeGreaterThan(at === offsets[row] ? -1 : columns[at - 1]);
            expect(columns[at]).toBeLessThan(numValues);
            expect(Number.isFinite(values[at])).toBe(true);
            if (columns[at] < 2) expect([values[at], offsets[row + 1] - offsets[row]]).toEqual([1, 1]);
          }
        }
      }),
    );
  });

  test('a later row is encoded as it would have been then, after the encoding was stored', () => {
    fc.assert(
      fc.property(cases, ([cells, fitRows]) => {
        const { encoding, field } = encoded(options, cells, fitRows);
        const stored: FieldEncoding = fieldEncodingSchema.parse(JSON.parse(JSON.stringify(encoding)));
        const whole = encodeCells(stored, cells);
        expect(whole).toEqual(field);
        for (const [row, one] of cells.entries())
          expect(rowsOf(encodeCells(stored, [one]))).toEqual([rowsOf(field)[row]]);
      }),
    );
  });

  // the length of vectors is no statistic
  test.skipIf((options as FieldOptions).kind === 'vector')('statistics are those of the fitted rows alone', () => {
    fc.assert(
      fc.property(cases, cell, ([cells, fitRows], other) => {
        const { encoding } = encoded(options, cells, fitRows);
        const changed = cells.map((one, row) => (fitRows.includes(row) ? one : other));
        expect(encoded(options, changed, [...fitRows].reverse()).encoding).toEqual(encoding);
      }),
    );
  });
});

test('a column of another kind is refused', () => {
  const { encoding } = encoded({ kind: 'numeric' }, [1]);
  const other: FeatureColumn = { kind: 'text', texts: ['a'] };
  expect(() => encodeField(encoding, other)).toThrow('feature "x": expected a numeric column, got a text one');
  expect(() => fitField('x', other, parsed({ kind: 'time' }), Int32Array.of(0))).toThrow('expected a time column');
});
