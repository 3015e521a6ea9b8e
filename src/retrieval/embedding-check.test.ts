import { describe, expect, it } from 'vitest';
import { checkEmbeddings } from './embedding-check.js';

const of = (users: number[], items: number[], embeddingDim = 2) => ({
  embeddingDim,
  users: Float32Array.from(users),
  items: Float32Array.from(items),
  normalized: false,
});

describe('checkEmbeddings', () => {
  it('counts rows and all-zero rows', () => {
    const check = checkEmbeddings(of([1, 0, 0, 0, 0, -1, 0, 0], [0, 0, 3, 4]));
    expect(check).toMatchObject({ numUsers: 4, numItems: 2, numZeroUsers: 2, numZeroItems: 1 });
    expect([...check.userIsZero]).toEqual([0, 1, 0, 1]);
    expect(check.warnings).toEqual([
      'every score of user 1 is 0 because its vector is all zeros (and so for 1 more): nothing is recommended there',
    ]);
  });

  it('has nothing to say of vectors that can rank', () => {
    expect(checkEmbeddings(of([1, 2], [3, 4])).warnings).toEqual([]);
    expect(checkEmbeddings(of([], [1, 1]))).toMatchObject({ numUsers: 0, numItems: 1 });
  });

  it.each([
    [of([1, 2, 3, Number.NaN], [1, 1]), 'EMBEDDINGS_NOT_FINITE', /user 1 has NaN in dimension 1/],
    [of([1, 2], [Number.POSITIVE_INFINITY, 1]), 'EMBEDDINGS_NOT_FINITE', /item 0 has Infinity in dimension 0/],
    [of([0, 0, 0, 0], [1, 1]), 'EMBEDDINGS_ALL_ZERO', /all 2 user vectors are zero/],
    [of([1, 1], [0, 0]), 'EMBEDDINGS_ALL_ZERO', /all 1 item vectors are zero/],
    [of([1, 1, 1], [1, 1]), 'SHAPE', /users: 3 numbers are no whole number of rows of 2/],
    [of([1, 1], [1, 1], 0), 'SHAPE', /embeddingDim: expected an integer of at least 1, got 0/],
  ])('refuses what would rank in item order: %#', (embeddings, code, message) => {
    expect(() => checkEmbeddings(embeddings)).toThrow(message);
    expect(() => checkEmbeddings(embeddings)).toThrow(expect.objectContaining({ code }));
  });
});
