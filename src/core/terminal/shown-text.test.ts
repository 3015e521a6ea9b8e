import { expect, it } from 'vitest';
import { shown, shownJson, shownLines } from './shown-text.js';

it('writes out what a terminal would obey', () => {
  expect(shown('a\x1b[31m\x07\r\n\tb')).toBe('a\\u001b[31m\\u0007\\r\\n\\tb');
  expect(shown('x\u202ey\u2066z\u009b1m\u2028\x7f')).toBe('x\\u202ey\\u2066z\\u009b1m\\u2028\\u007f');
});

it('leaves what people write', () => {
  const text = 'Amélie – 天空の城 👩‍👧 Пикник "q" \\ العربية';
  expect(shown(text)).toBe(text);
  expect(shownLines('two\nlines')).toBe('two\nlines');
});

it('leaves the meaning of JSON', () => {
  const value = { '\u202e': '\u009b\x1b\n' };
  const json = shownJson(JSON.stringify(value, null, 2));
  for (const character of ['\u202e', '\u009b', '\x1b']) expect(json).not.toContain(character);
  expect(JSON.parse(json)).toEqual(value);
});
