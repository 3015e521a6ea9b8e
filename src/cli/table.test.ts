import { expect, it } from 'vitest';
import { cutTo, displayWidth, keyValues, table, wrapped } from './table.js';

it('aligns text left and numbers right', () => {
  const text = table(
    ['model', 'recall@20', { title: 'note', align: 'left' }],
    [
      ['popularity', 0.12345, 'floor'],
      ['joint', 1234567, undefined],
      ['none', Number.NaN, 'x'],
    ],
  );
  expect(text.split('\n')).toEqual([
    'model       recall@20  note',
    '──────────  ─────────  ─────',
    'popularity     0.1235  floor',
    'joint       1,234,567',
    'none                –  x',
  ]);
});

it('counts the columns a terminal shows', () => {
  expect(['abc', '日本', 'é', 'e\u0301', '🎬'].map(displayWidth)).toEqual([3, 4, 1, 1, 2]);
  expect(cutTo('The Good, the Bad', 10)).toBe('The Good,…');
  expect(cutTo('日本日本', 5)).toBe('日本…');
  expect(cutTo('short', 5)).toBe('short');
});

it('wraps at blanks, by the columns a terminal shows', () => {
  expect(wrapped('set the folder to one with data', 10)).toEqual(['set the', 'folder to', 'one with', 'data']);
  expect(wrapped('日本 日本', 6)).toEqual(['日本', '日本']);
  expect(wrapped('a /path/that/is/long b', 8)).toEqual(['a', '/path/that/is/long', 'b']);
  expect(wrapped('', 8)).toEqual([]);
});

it('key-value lists leave out what is absent', () => {
  expect(
    keyValues(
      [
        ['users', 943],
        ['nothing', undefined],
        ['a', 'x'],
      ],
      '  ',
    ),
  ).toBe('  users  943\n  a      x');
});
