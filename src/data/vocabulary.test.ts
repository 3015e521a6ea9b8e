import { expect, test } from 'vitest';
import { Vocabulary } from './vocabulary.js';

test('ids get indices in the order in which they come, and keep them', () => {
  const vocabulary = new Vocabulary();
  expect(['b', 'a', 'b', ''].map((id) => vocabulary.add(id))).toEqual([0, 1, 0, 2]);
  expect(vocabulary.ids).toEqual(['b', 'a', '']);
  expect(vocabulary.size).toBe(3);
  for (const [index, id] of vocabulary.ids.entries()) {
    expect(vocabulary.indexOf(id)).toBe(index);
    expect(vocabulary.idOf(index)).toBe(id);
  }
});

test('an id list comes back as it was; names of Object are ids as any other', () => {
  const ids = ['constructor', '__proto__', 'toString', ' x', 'X'];
  expect(Vocabulary.from(ids).ids).toEqual(ids);
  expect(Vocabulary.from(ids).indexOf('hasOwnProperty')).toBeUndefined();
});

test('a repeated id and an index outside are refused', () => {
  expect(() => Vocabulary.from(['a', 'b', 'a'])).toThrow(/id "a" occurs twice/);
  expect(() => Vocabulary.from(['a']).idOf(1)).toThrow(/index 1 is outside the vocabulary of 1 ids/);
  expect(() => Vocabulary.from(['a']).idOf(-1)).toThrow(RangeError);
});
