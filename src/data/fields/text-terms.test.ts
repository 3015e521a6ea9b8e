import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { termsOf, wordsOf } from './text-terms.js';

test.each([
  ["Don't panic, it's 3.14!", ["don't", 'panic', "it's", '3.14']],
  ['Ｆｕｌｌ－ｗｉｄｔｈ ＡＢＣ', ['full', 'width', 'abc']],
  ['Ärger im Straßenverkehr', ['ärger', 'im', 'straßenverkehr']],
  ['日本語を勉強する', ['日本語', 'を', '勉強', 'する']],
  ['สวัสดีชาวโลก', ['สวัสดี', 'ชาว', 'โลก']],
  ['a_b __ -- #x', ['a_b', 'x']],
  ['', []],
])('%j has the words %j', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test('ASCII is cut as the segmenter cuts it', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  const words = (text: string): string[] =>
    Array.from(segmenter.segment(text.toLowerCase()))
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment }) => segment)
      .filter((word) => /[a-z0-9]/.test(word));
  const characters = fc.constantFrom(...'abZ019 .,;\'_-/#"()\t\n@!');
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 20 }), (text) => {
      expect(wordsOf(text)).toEqual(words(text));
    }),
    { numRuns: 2000 },
  );
});

test('terms are runs of words and of the characters of each word with its ends', () => {
  expect([...termsOf('New York new', { words: 2, characters: 0 })]).toEqual([
    ['new', 2],
    ['new york', 1],
    ['york', 1],
    ['york new', 1],
  ]);
  expect([...termsOf('tea', { words: 0, characters: 3 }).keys()]).toEqual(['#<te', '#tea', '#ea>']);
  expect([...termsOf('茶', { words: 1, characters: 4 }).keys()]).toEqual(['茶', '#<茶>']);
});
