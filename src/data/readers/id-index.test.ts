import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Vocabulary } from '../vocabulary.js';
import { IdIndex } from './id-index.js';

test('bytes and texts of an id share one index, and different texts never do', () => {
  const id = fc.oneof(
    fc.nat({ max: 2000 }).map(String),
    fc.nat().map(String),
    fc.nat({ max: 20 }).map((n) => `0${n}`),
    fc.constantFrom('-1', '+1', '1.0', '1e3', 'é', '99999999', '９'),
    fc.string({ minLength: 1 }).filter((text) => Buffer.from(text).toString() === text),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.boolean())), (calls) => {
      const index = new IdIndex(new Vocabulary());
      const plain = new Vocabulary();
      for (const [text, asBytes] of calls) {
        const bytes = Buffer.from(`x${text}y`);
        const got = asBytes ? index.ofBytes(bytes, 1, bytes.length - 1) : index.ofText(text);
        expect(got).toBe(plain.add(text));
      }
      expect(index.vocabulary.ids).toEqual(plain.ids);
    }),
  );
});

test('thousands of ids keep their indices while the table grows', () => {
  const index = new IdIndex(new Vocabulary());
  const ids = Array.from({ length: 20_000 }, (_, i) => `${i % 2 ? 'u' : 'üser-'}${i}`);
  for (let round = 0; round < 2; round++) {
    for (const [expected, id] of ids.entries()) {
      const bytes = Buffer.from(id);
      expect(index.ofBytes(bytes, 0, bytes.length)).toBe(expected);
    }
  }
  expect(index.vocabulary.ids).toEqual(ids);
});
