/**
 * One test of one column, as a function of the row. What a test means depends on the kind of the column:
 *
 *                 =              < <= > >=           in                 contains            alone
 *     categories  the value      values as numbers   one of them        –                   yes, true, 1
 *     lists       –              –                   has one of them    has all of them     –
 *     numbers     the number     numbers             one of them        –                   not 0
 *     times       the instant    instants            one of them        –                   –
 *     texts       the text       –                   one of them        all, in any case    –
 *     vectors     –              –                   –                  –                   –
 *
 * An item without a value passes none of them.
 */

import { didYouMean } from '../../core/nearest-name.js';
import type { FeatureColumn } from '../../data/feature-table.js';
import { secondsOfInstant } from '../../data/fields/feature-cells.js';
import type { ColumnTest, Comparison, ConditionValue } from './condition.js';
import { ItemMask } from './item-mask.js';

interface TestedColumn {
  readonly name: string;
  readonly column: FeatureColumn;
  readonly numItems: number;
  /** An error at a character of the condition. */
  readonly wrong: (at: number, problem: string) => Error;
  /** Character where the test begins. */
  readonly at: number;
}

export interface TestResult {
  readonly mask: ItemMask;
  /** Values that no item has. */
  readonly notes: readonly string[];
}

/** @throws ConfigError `FILTER_VALUE` for a test that the column's kind does not have, and for a value that is none of its kind */
export function testColumn(test: ColumnTest, tested: TestedColumn): TestResult {
  const { column, numItems } = tested;
  if (test.kind === 'missing') return { mask: ItemMask.where(numItems, (row) => isMissing(column, row)), notes: [] };
  switch (column.kind) {
    case 'categorical': {
      const { passes, notes } = passingCategories(column.values, test, tested);
      const { codes } = column;
      return { mask: ItemMask.where(numItems, (row) => codes[row] >= 0 && passes[codes[row]] === 1), notes };
    }
    case 'multi-valued':
      return testLists(column, test, tested);
    case 'numeric':
      return { mask: testNumbers(column.numbers, test, tested, Number, 'a number'), notes: [] };
    case 'time':
      return {
        mask: testNumbers(column.seconds, test, tested, secondsOfInstant, 'a date such as 2024-01-31'),
        notes: [],
      };
    case 'text':
      return { mask: testTexts(column.texts, test, tested), notes: [] };
    case 'vector':
      throw unfit(tested, test, 'vectors');
  }
}

export function isMissing(column: FeatureColumn, row: number): boolean {
  switch (column.kind) {
    case 'categorical':
      return column.codes[row] < 0;
    case 'multi-valued':
      return column.offsets[row] === column.offsets[row + 1];
    case 'numeric':
      return Number.isNaN(column.numbers[row]);
    case 'time':
      return Number.isNaN(column.seconds[row]);
    case 'text':
      return column.texts[row] === '';
    case 'vector':
      return Number.isNaN(column.numbers[row * column.dim]);
  }
}

const TRUE_WORDS = /^(1|true|yes|y|t|on)$/i;
const FALSE_WORDS = /^(0|false|no|n|f|off)$/i;

/** @returns 1 for every category that passes, `[values.length]` */
function passingCategories(values: readonly string[], test: ColumnTest, tested: TestedColumn) {
  if (test.kind === 'compare' && test.operator !== '=') {
    const numbers = values.map(numberOf);
    if (values.length > 0 && numbers.every(Number.isNaN)) {
      throw tested.wrong(
        tested.at,
        `${test.operator} takes numbers, and values of "${tested.name}" are words such as ${JSON.stringify(values[0])}`,
      );
    }
    const bound = boundOf(test.value, tested, numberOf, 'a number');
    return { passes: Uint8Array.from(numbers, (number) => Number(compares(number, test.operator, bound))), notes: [] };
  }
  if (test.kind === 'holds') {
    const odd = values.find((value) => !TRUE_WORDS.test(value) && !FALSE_WORDS.test(value));
    if (odd !== undefined) {
      throw tested.wrong(
        tested.at,
        `"${tested.name}" alone asks for yes or no, and it has values such as ${JSON.stringify(odd)}; compare it: "${tested.name}" = …`,
      );
    }
    return { passes: Uint8Array.from(values, (value) => Number(TRUE_WORDS.test(value))), notes: [] };
  }
  if (test.kind === 'contains') throw unfit(tested, test, 'one value an item', '= or in (…)');
  const wanted = test.kind === 'compare' ? [test.value] : (test as { values: readonly ConditionValue[] }).values;
  const passes = new Uint8Array(values.length);
  const { codes, notes } = codesOf(wanted, values, tested.name);
  for (const code of codes) if (code >= 0) passes[code] = 1;
  return { passes, notes };
}

function testLists(
  { offsets, codes, values }: Extract<FeatureColumn, { kind: 'multi-valued' }>,
  test: ColumnTest,
  tested: TestedColumn,
): TestResult {
  if (test.kind !== 'in' && test.kind !== 'contains') throw unfit(tested, test, 'lists', 'contains or in (…)');
  const found = codesOf(test.values, values, tested.name);
  const wanted = new Set(found.codes);
  const isWanted = Uint8Array.from(values, (_, code) => Number(wanted.has(code)));
  const needed = test.kind === 'in' ? 1 : wanted.size;
  // values of a row are distinct, and one that no item has is wanted as -1
  const passes = (row: number): boolean => {
    let had = 0;
    for (let at = offsets[row]; at < offsets[row + 1] && had < needed; at++) had += isWanted[codes[at]];
    return had >= needed;
  };
  return { mask: ItemMask.where(tested.numItems, passes), notes: found.notes };
}

function testNumbers(
  numbers: Float64Array,
  test: ColumnTest,
  tested: TestedColumn,
  read: (text: string) => number,
  expected: string,
): ItemMask {
  const { numItems } = tested;
  if (test.kind === 'compare') {
    const bound = boundOf(test.value, tested, read, expected);
    return ItemMask.where(numItems, (row) => compares(numbers[row], test.operator, bound));
  }
  if (test.kind === 'in') {
    const wanted = new Set(test.values.map((value) => boundOf(value, tested, read, expected)));
    return ItemMask.where(numItems, (row) => wanted.has(numbers[row]));
  }
  const isTime = tested.column.kind === 'time';
  if (test.kind === 'contains' || isTime)
    throw unfit(tested, test, isTime ? 'times' : 'numbers', '=, <, <=, >, >= or in (…)');
  return ItemMask.where(numItems, (row) => numbers[row] !== 0 && !Number.isNaN(numbers[row]));
}

function testTexts(texts: readonly string[], test: ColumnTest, tested: TestedColumn): ItemMask {
  const { numItems } = tested;
  if (test.kind === 'contains') {
    const parts = test.values.map(({ text }) => text.toLowerCase());
    return ItemMask.where(numItems, (row) => {
      const text = texts[row].toLowerCase();
      return text !== '' && parts.every((part) => text.includes(part));
    });
  }
  const isEqual = test.kind === 'compare' && test.operator === '=';
  if (!isEqual && test.kind !== 'in') throw unfit(tested, test, 'texts', 'contains, = or in (…)');
  const wanted = new Set((test.kind === 'in' ? test.values : [test.value]).map(({ text }) => text));
  return ItemMask.where(numItems, (row) => texts[row] !== '' && wanted.has(texts[row]));
}

function compares(number: number, operator: Comparison, bound: number): boolean {
  switch (operator) {
    case '=':
      return number === bound;
    case '<':
      return number < bound;
    case '<=':
      return number <= bound;
    case '>':
      return number > bound;
    case '>=':
      return number >= bound;
  }
}

function boundOf(
  { text, at }: ConditionValue,
  { name, wrong }: TestedColumn,
  read: (text: string) => number,
  expected: string,
): number {
  const bound = text.trim() === '' ? Number.NaN : read(text);
  if (Number.isFinite(bound)) return bound;
  throw wrong(at, `expected ${expected} for "${name}", got ${JSON.stringify(text)}`);
}

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** A nearest name is not looked for among more values than this: it takes longer than the answer. */
const MOST_TO_COMPARE = 1000;

/** Codes of the wanted values, -1 for one that no item has. */
function codesOf(wanted: readonly ConditionValue[], values: readonly string[], name: string) {
  const codes = wanted.map(({ text }) => values.indexOf(text));
  const absent = wanted.filter((_, i) => codes[i] < 0);
  const notes = absent.map(({ text }) => {
    const near = values.length <= MOST_TO_COMPARE ? didYouMean(text, values) : '';
    return `no item has ${JSON.stringify(text)} in "${name}"${near}`;
  });
  return { codes, notes };
}

function unfit({ name, at, wrong }: TestedColumn, test: ColumnTest, holds: string, instead?: string): Error {
  const asked = test.kind === 'compare' ? test.operator : test.kind === 'holds' ? 'the column alone' : test.kind;
  return wrong(
    at,
    `"${name}" holds ${holds}, of which ${asked} can't be asked; use ${instead ? `${instead}, or ` : ''}is missing`,
  );
}
