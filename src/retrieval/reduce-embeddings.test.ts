/** Fewer numbers a vector: against the singular values of the whole score matrix, and where the answer is known. */
import { describe, expect, it } from 'vitest';
import { randomMatrix } from '../../tests/random-arrays.js';
import { symmetricEigen } from '../core/symmetric-eigen.js';
import { type Embeddings, fuseEmbeddings, reduceEmbeddings } from './index.js';

const [numUsers, numItems] = [9, 13];
const model = (label: string, embeddingDim: number): Embeddings => ({
  embeddingDim,
  users: randomMatrix(numUsers, embeddingDim, label, 'users'),
  items: randomMatrix(numItems, embeddingDim, label, 'items'),
  normalized: false,
});
/** All inner products, `[numUsers][numItems]`. */
const scoresOf = ({ users, items, embeddingDim: dim }: Embeddings): number[][] =>
  Array.from({ length: users.length / dim }, (_, u) =>
    Array.from({ length: items.length / dim }, (_unused, i) => {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += users[u * dim + d] * items[i * dim + d];
      return sum;
    }),
  );
/** σ² of a matrix, descending: the eigenvalues of S Sᵀ. */
function squaredSingularValues(scores: readonly number[][]): Float64Array {
  const size = scores.length;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) gram[i * size + j] = scores[i].reduce((sum, x, at) => sum + x * scores[j][at], 0);
  }
  return symmetricEigen(gram, size).values;
}
const squaredDistance = (a: readonly number[][], b: readonly number[][]): number =>
  a.reduce((total, row, i) => total + row.reduce((sum, x, j) => sum + (x - b[i][j]) ** 2, 0), 0);

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const one = model('whole', 6);

describe('reduceEmbeddings', () => {
  it.each([1, 2, 4, 5])('%i of 6 numbers miss no more than the singular values that are left out', (dim) => {
    const reduced = reduceEmbeddings(one, dim);
    expect(reduced).toMatchObject({ embeddingDim: dim, normalized: false });
    const squares = squaredSingularValues(scoresOf(one));
    const missed = squaredDistance(scoresOf(one), scoresOf(reduced));
    expect(missed / sum(squares.slice(dim))).toBeCloseTo(1, 4);
  });

  it('shares each singular value out evenly between users and items', () => {
    const { users, items } = reduceEmbeddings(one, 3);
    const squares = squaredSingularValues(scoresOf(one));
    for (const rows of [users, items]) {
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          let product = 0;
          for (let at = 0; at < rows.length; at += 3) product += rows[at + a] * rows[at + b];
          expect(product).toBeCloseTo(a === b ? Math.sqrt(squares[a]) : 0, 4);
        }
      }
    }
  });

  it('leaves the largest of scores that are a diagonal', () => {
    const diagonal = Float32Array.of(1, 0, 0, 0, 3, 0, 0, 0, 2);
    const identity = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const given = { embeddingDim: 3, users: diagonal, items: identity, normalized: false };
    const expected = [
      [0, 0, 0],
      [0, 3, 0],
      [0, 0, 2],
    ];
    expect(squaredDistance(scoresOf(reduceEmbeddings(given, 2)), expected)).toBeLessThan(1e-10);
  });

  it('of a model beside itself has all scores in half the numbers, and zeros beyond their rank', () => {
    const twice = fuseEmbeddings([one, one], [1, 0.5]);
    const half = reduceEmbeddings(twice, 6);
    expect(squaredDistance(scoresOf(twice), scoresOf(half))).toBeLessThan(1e-8);
    const more = reduceEmbeddings(twice, 8);
    expect(squaredDistance(scoresOf(twice), scoresOf(more))).toBeLessThan(1e-8);
    expect(more.users.filter((_, at) => at % 8 > 5).every((value) => value === 0)).toBe(true);
  });

  it('leaves a row of zeros as it is', () => {
    const cold = { ...one, items: one.items.map((value, at) => (at < 6 ? 0 : value)) };
    expect([...reduceEmbeddings(cold, 4).items.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  it.each([0, 6, 2.5, 99])('refuses %d of 6 numbers', (dim) => {
    expect(() => reduceEmbeddings(one, dim)).toThrow(/within 1 … 5, since the vectors have 6 numbers, got/);
  });
});
