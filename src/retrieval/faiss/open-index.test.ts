import { describe, expect, it } from 'vitest';
import { built, DIM, exactIds, hasFaiss, opened, QUERIES, queries, SIZE } from '../../../tests/indexed-vectors.js';
import { raggedFromPairs } from '../../core/ragged.js';
import { searchExcluding } from '../search-excluding.js';
import { encodeFlatIndex, wrapInIdMap } from './faiss-format.js';

describe.each(hasFaiss ? (['own', 'faiss'] as const) : (['own'] as const))('a flat index searched by %s', (engine) => {
  it('finds what comparing everything finds', async () => {
    const index = await built({}, { engine });
    expect(index).toMatchObject({ factory: 'Flat', engine, isExact: true, size: SIZE, embeddingDim: DIM });
    const top = await index.search(queries, 10);
    for (let query = 0; query < QUERIES; query++) {
      expect([...top.ids.subarray(query * 10, query * 10 + 10)]).toEqual(exactIds(query, 10));
    }
  });

  it('answers with the ids of its id map', async () => {
    const ids = BigInt64Array.of(700n, 30n, 5n);
    const bytes = wrapInIdMap(encodeFlatIndex(Float32Array.of(1, 3, 2), 1), ids, { embeddingDim: 1 });
    const { ids: found, scores } = await opened(bytes, { engine }).search(Float32Array.of(2), 2);
    expect([...found]).toEqual([30, 5]);
    expect([...scores]).toEqual([6, 4]);
  });

  it('works without an id map', async () => {
    const index = opened(encodeFlatIndex(Float32Array.of(1, 3, 2), 1), { engine });
    expect([...(await index.search(Float32Array.of(1), 1)).ids]).toEqual([1]);
  });

  it('puts equal scores in the order of ids', async () => {
    const index = opened(encodeFlatIndex(new Float32Array(30).fill(1), 1), { engine });
    const { ids } = await index.search(Float32Array.of(2), 30);
    expect([...ids]).toEqual([...Array(30).keys()]);
  });

  it('gives all vectors where k exceeds their number, also when there are none', async () => {
    const index = opened(encodeFlatIndex(Float32Array.of(1, 3), 1), { engine });
    const top = await index.search(Float32Array.of(1, -1), 3);
    expect([...top.ids]).toEqual([1, 0, 0, 1]);
    expect([top.k, ...top.scores]).toEqual([2, 3, 1, -1, -3]);
    const empty = opened(encodeFlatIndex(new Float32Array(0), 1), { engine });
    expect([...(await empty.search(Float32Array.of(1), 2)).ids]).toEqual([]);
  });

  it('refuses what would end the process', async () => {
    const index = await built({}, { engine });
    await expect(index.search(new Float32Array(DIM + 1), 3)).rejects.toThrow(/no whole number of rows of 16/);
    await expect(index.search(queries, 0)).rejects.toThrow(/k: expected an integer of at least 1, got 0/);
    await expect(index.search(queries, 1.5)).rejects.toThrow(/got 1.5/);
  });

  it('leaves out what a user must not get', async () => {
    const index = await built({}, { engine });
    const banned = raggedFromPairs(Int32Array.of(0, 0, 1), Int32Array.from([...exactIds(5, 3).slice(0, 2), 9]), 2);
    const ofUsers = queries.subarray(5 * DIM, 7 * DIM);
    const { ids } = await searchExcluding(index, ofUsers, 4, banned);
    expect([...ids.subarray(0, 4)]).toEqual(exactIds(5, 6).slice(2));
    expect([...ids.subarray(4)]).toEqual(
      exactIds(6, 5)
        .filter((id) => id !== 9)
        .slice(0, 4),
    );
    await expect(searchExcluding(index, queries, 4, banned)).rejects.toThrow(
      /exclude \(rows\): expected length 40, got 2/,
    );
  });
});

it('an index whose ids or metric cannot be served is refused', () => {
  const flat = encodeFlatIndex(Float32Array.of(1), 1);
  for (const id of [-1n, 2n ** 31n]) {
    const bytes = wrapInIdMap(flat, BigInt64Array.of(id), { embeddingDim: 1 });
    expect(() => opened(bytes)).toThrow(/ids outside 0 … 2147483647/);
  }
  expect(() => opened(encodeFlatIndex(Float32Array.of(1), 1, 'l2'))).toThrow(/its metric is l2; only inner product/);
});

it.skipIf(!hasFaiss)('an index that only FAISS searches is refused by our own code', async () => {
  await expect(built({ factory: 'IVF8,Flat' }, { engine: 'own' })).rejects.toThrow(/searched by FAISS only/);
});
