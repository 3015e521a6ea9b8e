/** What somebody gets to read who mistypes a condition: the place, what was expected, the columns that there are. */
import { describe, expect, it } from 'vitest';
import type { FeatureTable } from '../../data/feature-table.js';
import { evaluateCondition } from './evaluate-condition.js';

const table: FeatureTable = {
  numRows: 1,
  columns: {
    category: { kind: 'categorical', values: ['science fiction', 'b'], codes: Int32Array.of(0) },
    tags: { kind: 'multi-valued', values: ['x'], offsets: Int32Array.of(0, 1), codes: Int32Array.of(0) },
    price: { kind: 'numeric', numbers: Float64Array.of(3) },
    since: { kind: 'time', seconds: Float64Array.of(1e9) },
    title: { kind: 'text', texts: ['red'] },
    'odd name': { kind: 'categorical', values: ['b'], codes: Int32Array.of(0) },
    picture: { kind: 'vector', dim: 2, numbers: Float32Array.of(1, 2) },
  },
};

describe('what is said of values that nothing has', () => {
  it('is a note, with the nearest one', () => {
    expect(evaluateCondition('category = "sciense fiction" or tags contains q', table).notes).toEqual([
      'no item has "sciense fiction" in "category" (did you mean "science fiction"?)',
      expect.stringContaining('no item has "q" in "tags"'),
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['', 'FILTER_SYNTAX', 'character 1: expected a column (columns are "category", "tags", '],
    ['price <', 'FILTER_SYNTAX', 'character 8: expected a value after <, got the end, in: price <▸'],
    ['price << 3', 'FILTER_SYNTAX', 'character 8: expected a value after <, got "<", in: price <▸< 3'],
    ['price < 3 category = a', 'FILTER_SYNTAX', 'character 11: expected and, or, or the end, got "category"'],
    ['(price < 3', 'FILTER_SYNTAX', 'character 11: expected and, or, or ), got the end'],
    [
      'prise < 3',
      'FILTER_COLUMN',
      'character 1: there is no column "prise" (did you mean "price"?); columns are "category"',
    ],
    ['price < cheap', 'FILTER_VALUE', 'character 9: expected a number for "price", got "cheap"'],
    ['since > soon', 'FILTER_VALUE', 'expected a date such as 2024-01-31 for "since", got "soon"'],
    ['category < 3', 'FILTER_VALUE', '< takes numbers, and values of "category" are words such as "science fiction"'],
    ['category', 'FILTER_VALUE', '"category" alone asks for yes or no, and it has values such as "science fiction"'],
    ['tags = x', 'FILTER_VALUE', '"tags" holds lists, of which = can\'t be asked; use contains or in (…)'],
    ['category contains a', 'FILTER_VALUE', '"category" holds one value an item, of which contains can\'t be asked'],
    ['price contains 1', 'FILTER_VALUE', '"price" holds numbers, of which contains'],
    ['picture = 1', 'FILTER_VALUE', '"picture" holds vectors, of which = can\'t be asked; use is missing'],
    ['since', 'FILTER_VALUE', '"since" holds times, of which the column alone'],
    ['title < a', 'FILTER_VALUE', '"title" holds texts, of which <'],
    ['price in 3', 'FILTER_SYNTAX', 'expected ( after in, got "3"'],
    ['price in (3', 'FILTER_SYNTAX', 'expected , or ), got the end'],
    ['price is 3', 'FILTER_SYNTAX', 'expected missing or not missing, got "3"'],
    ['price not 3', 'FILTER_SYNTAX', 'expected in, got "3"'],
    [
      'category = and',
      'FILTER_SYNTAX',
      'expected a value after =: a word that means something stands in quotes, got "and"',
    ],
    ['category = "a', 'FILTER_SYNTAX', 'character 12: the quote " is not closed'],
    ['price ! 3', 'FILTER_SYNTAX', 'expected != (or the word not), got !'],
    ['odd name = a', 'FILTER_COLUMN', 'there is no column "odd"'],
    [
      'price 3',
      'FILTER_SYNTAX',
      'expected =, !=, <, <=, >, >=, in (…), not in (…), contains, is missing, and, or, or the end',
    ],
    [`${'('.repeat(5000)}price`, 'FILTER_SYNTAX', 'more than 200 conditions in one another'],
    [`${'not '.repeat(5000)}price`, 'FILTER_SYNTAX', 'more than 200 conditions in one another'],
    ['x'.repeat(200_000), 'FILTER_SYNTAX', 'the condition has 200000 characters'],
    ['constructor = 1', 'FILTER_COLUMN', 'there is no column "constructor"'],
  ])('%s', (text, code, message) => {
    expect(() => evaluateCondition(text, table)).toThrow(expect.objectContaining({ code }));
    expect(() => evaluateCondition(text, table)).toThrow(message);
  });

  it('says so where nothing is known of the items', () => {
    expect(() => evaluateCondition('price < 3', undefined)).toThrow('the model knows no columns of its items');
  });
});
