import { expect, it } from 'vitest';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { storedDim, storedUser, storedVector } from './length-column.js';
import type { TargetTable } from './vector-target.js';

const table = (metric: TargetTable['metric'], longest: number): TargetTable => ({
  side: 'item',
  serial: 3,
  rows: 1,
  embeddingDim: 4,
  metric,
  longest,
  columns: [],
  index: { m: 16, efConstruction: 200 },
});
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, d) => sum + value * b[d], 0);
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

it('the cosine of what is stored is the inner product over the lengths of the query and of the longest item', () => {
  const items = Array.from({ length: 50 }, (_, row) => randomMatrix(1, 4, 'item', row));
  const query = randomMatrix(1, 4, 'query');
  const longest = Math.max(...items.map((item) => Math.hypot(...item)));
  const of = table('inner-product', longest);
  expect(storedDim(of)).toBe(5);
  for (const item of items) {
    const expected = dot(item, query) / (Math.hypot(...query) * longest);
    expect(cosine(storedVector(of, item), storedUser(of, query))).toBeCloseTo(expected, 5);
    expect(Math.hypot(...storedVector(of, item))).toBeCloseTo(longest, 4);
  }
  expect([...storedVector(of, new Float32Array(4))]).toEqual([0, 0, 0, 0, Math.fround(longest)]);
});

it('leaves vectors as they are where the cosine is wanted', () => {
  const vector = Float32Array.of(0.6, 0.8, 0, 0);
  expect(storedVector(table('cosine', 1), vector)).toBe(vector);
  expect(storedUser(table('cosine', 1), vector)).toBe(vector);
  expect(storedDim(table('cosine', 1))).toBe(4);
});

it('refuses a vector that is longer than the longest', () => {
  expect(() => storedVector(table('inner-product', 1), Float32Array.of(1.01, 0, 0, 0))).toThrow(
    /length 1.0100 does not fit version 3/,
  );
});
