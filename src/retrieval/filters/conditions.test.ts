/**
 * Conditions, from text to items: random ones are printed in random spellings, read back and compared with an evaluation row by
 * row over plain values. What somebody gets to read who mistypes one: condition-errors.test.ts.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FeatureTable } from '../../data/feature-table.js';
import { evaluateCondition } from './evaluate-condition.js';

/** What a row holds; undefined where it is missing. */
interface Row {
  readonly category?: string;
  readonly year?: string;
  readonly tags: readonly string[];
  readonly price?: number;
  readonly since?: number;
  readonly title: string;
  readonly available?: string;
  readonly 'odd name'?: string;
}

const CATEGORIES = ['a', 'b', "children's", 'science fiction', 'and'];
const YEARS = ['1990', '1995', '2001', 'V'];
const TAGS = ['x', 'y', 'z w'];
const DAYS = ['2020-01-01', '2021-06-30', '2022-01-01'];
const AVAILABLE = ['yes', 'no'];

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    category: optional(fc.constantFrom(...CATEGORIES)),
    year: optional(fc.constantFrom(...YEARS)),
    tags: fc.subarray(TAGS),
    price: optional(fc.integer({ min: -2, max: 3 })),
    since: optional(fc.constantFrom(...DAYS).map((day) => Date.parse(day) / 1000)),
    title: fc.constantFrom('', 'The Blue Moon', 'moonlight', 'red'),
    available: optional(fc.constantFrom(...AVAILABLE)),
    'odd name': optional(fc.constantFrom(...CATEGORIES)),
  }),
  { maxLength: 40 },
);

function tableOf(all: readonly Row[]): FeatureTable {
  const categorical = (values: readonly string[], of: (row: Row) => string | undefined) =>
    ({
      kind: 'categorical',
      values,
      codes: Int32Array.from(all, (row) => values.indexOf(of(row) ?? '?')),
    }) as const;
  const offsets = new Int32Array(all.length + 1);
  for (const [r, { tags }] of all.entries()) offsets[r + 1] = offsets[r] + tags.length;
  return {
    numRows: all.length,
    columns: {
      category: categorical(CATEGORIES, (row) => row.category),
      year: categorical(YEARS, (row) => row.year),
      tags: {
        kind: 'multi-valued',
        values: TAGS,
        offsets,
        codes: Int32Array.from(all.flatMap(({ tags }) => tags.map((tag) => TAGS.indexOf(tag)))),
      },
      price: { kind: 'numeric', numbers: Float64Array.from(all, ({ price }) => price ?? Number.NaN) },
      since: { kind: 'time', seconds: Float64Array.from(all, ({ since }) => since ?? Number.NaN) },
      title: { kind: 'text', texts: all.map(({ title }) => title) },
      available: categorical(AVAILABLE, (row) => row.available),
      'odd name': categorical(CATEGORIES, (row) => row['odd name']),
    },
  };
}

/** A condition as text, and what it says of a row. */
interface Spoken {
  readonly text: string;
  readonly holds: (row: Row) => boolean;
  /** 0: a test or in brackets, 1: and, 2: or. */
  readonly level: 0 | 1 | 2;
}

const quoted = (value: string): fc.Arbitrary<string> => {
  const isBare = /^[^\s(),'"=!<>]+$/.test(value) && value !== 'and';
  const double = `"${value.replace(/["\\]/g, '\\$&')}"`;
  const single = `'${value.replace(/['\\]/g, '\\$&')}'`;
  return fc.constantFrom(double, single, ...(isBare ? [value] : []));
};
const cased = (word: string): fc.Arbitrary<string> => fc.constantFrom(word, word.toUpperCase());
const gap = fc.constantFrom(' ', '  ', '\n\t');
const loose = fc.constantFrom('', ' ');
const test = (parts: readonly fc.Arbitrary<string>[], holds: Spoken['holds']): fc.Arbitrary<Spoken> =>
  fc.tuple(...parts).map((texts) => ({ text: texts.join(''), holds, level: 0 }));

const OPERATORS = {
  '=': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
};
const operators = fc.constantFrom(...(Object.keys(OPERATORS) as (keyof typeof OPERATORS)[]));

const comparisons = operators.chain((sign) => {
  const compare = (a: number | undefined, b: number): boolean =>
    a === undefined || Number.isNaN(a) ? sign === '!=' : OPERATORS[sign](a, b);
  return fc.oneof(
    fc
      .integer({ min: -3, max: 4 })
      .chain((bound) =>
        test([fc.constant('price'), loose, fc.constant(sign), loose, quoted(String(bound))], (row) =>
          compare(row.price, bound),
        ),
      ),
    fc
      .constantFrom(...DAYS)
      .chain((day) =>
        test([quoted('since'), loose, fc.constant(sign), loose, quoted(day)], (row) =>
          compare(row.since, Date.parse(day) / 1000),
        ),
      ),
    fc.constantFrom('1990', '1995', '2000').chain((year) =>
      test([fc.constant('year'), loose, fc.constant(sign), loose, quoted(year)], (row) =>
        // = and != ask for the very value, the others for numbers
        compare(row.year === undefined ? undefined : Number(row.year), Number(year)),
      ),
    ),
  );
});

const lists = fc
  .tuple(fc.subarray(CATEGORIES, { minLength: 1 }), fc.boolean())
  .chain(([values, isNot]) =>
    test(
      [
        ...[quoted('odd name'), gap],
        ...(isNot ? [cased('not'), gap] : []),
        ...[cased('in'), loose, fc.constant('(')],
        ...values.flatMap((value, i) => [...(i > 0 ? [loose, fc.constant(','), loose] : []), quoted(value)]),
        fc.constant(')'),
      ],
      (row) => values.includes(row['odd name'] ?? '') !== isNot,
    ),
  );

const tagTests = fc.subarray(TAGS, { minLength: 1 }).chain((tags) => {
  const list = tags.flatMap((tag, i) => [...(i > 0 ? [fc.constant(', ')] : []), quoted(tag)]);
  const inBrackets = [fc.constant('('), ...list, fc.constant(')')];
  return fc.oneof(
    test([fc.constant('tags '), cased('in'), loose, ...inBrackets], (row) =>
      tags.some((tag) => row.tags.includes(tag)),
    ),
    test([fc.constant('tags '), cased('contains'), loose, ...inBrackets], (row) =>
      tags.every((tag) => row.tags.includes(tag)),
    ),
    test([fc.constant('tags contains '), quoted(tags[0])], (row) => row.tags.includes(tags[0])),
  );
});

const others = fc.oneof(
  fc.constantFrom(...CATEGORIES, 'nowhere').chain((value) =>
    fc.oneof(
      test([fc.constant('category='), quoted(value)], (row) => row.category === value),
      test([fc.constant('category !='), quoted(value)], (row) => row.category !== value),
    ),
  ),
  test([fc.constant('title contains '), quoted('MOON')], (row) => row.title.toLowerCase().includes('moon')),
  test([fc.constant('title = '), quoted('red')], (row) => row.title === 'red'),
  test([fc.constant('available')], (row) => row.available === 'yes'),
  test([quoted('price')], (row) => (row.price ?? 0) !== 0),
  ...(['category', 'price', 'since', 'title', 'tags'] as const).map((name) =>
    test([fc.constant(name), gap, cased('is'), gap, cased('missing')], (row) => (row[name] ?? '').toString() === ''),
  ),
  test([fc.constant('price is not missing')], (row) => row.price !== undefined),
);

const inBrackets = ({ text, holds }: Spoken): Spoken => ({ text: `(${text})`, holds, level: 0 });
const atMost = (level: number, spoken: Spoken): Spoken => (spoken.level <= level ? spoken : inBrackets(spoken));

const { spoken } = fc.letrec<{ spoken: Spoken }>((tie) => ({
  spoken: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(comparisons, lists, tagTests, others),
    fc.tuple(cased('not'), tie('spoken')).map(([not, part]): Spoken => {
      return { text: `${not} ${atMost(0, part).text}`, holds: (row) => !part.holds(row), level: 0 };
    }),
    fc.tuple(tie('spoken'), cased('and'), tie('spoken')).map(([a, and, b]): Spoken => {
      const text = `${atMost(1, a).text} ${and} ${atMost(1, b).text}`;
      return { text, holds: (row) => a.holds(row) && b.holds(row), level: 1 };
    }),
    fc.tuple(tie('spoken'), cased('or'), tie('spoken')).map(([a, or, b]): Spoken => {
      return { text: `${a.text} ${or} ${b.text}`, holds: (row) => a.holds(row) || b.holds(row), level: 2 };
    }),
    tie('spoken').map(inBrackets),
  ),
}));

it('holds of the rows of which it says so', () => {
  fc.assert(
    fc.property(rows, spoken, (all, { text, holds }) => {
      const expected = all.flatMap((row, r) => (holds(row) ? [r] : []));
      expect([...evaluateCondition(text, tableOf(all)).mask.members()]).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

it('never throws anything but an error of its own, whatever the text', () => {
  const parts = fc.constantFrom(
    'price',
    'category',
    'tags',
    '(',
    ')',
    ',',
    '<',
    '=',
    'and',
    'not',
    'in',
    'contains',
    'is',
    'missing',
    '1',
    '"',
    ' ',
    'é',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(parts).map((all) => all.join(' ')),
      ),
      (text) => {
        try {
          evaluateCondition(text, tableOf([]));
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^FILTER_/);
        }
      },
    ),
  );
});
