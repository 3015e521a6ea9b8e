import { describe, expect, it } from 'vitest';
import { DIM, hasFaiss, items, opened, queries, recallOf, SIZE } from '../../../tests/indexed-vectors.js';
import { ConfigError } from '../../core/errors.js';
import { Rng } from '../../core/rng.js';
import { buildFaissIndex } from './faiss-build.js';

const LISTS = 8;
const K = 5;
const rng = Rng.of(5, 'centroids');
const centroids = Float32Array.from({ length: LISTS * DIM }, () => rng.normal());

const rowsOf = (values: Float32Array) =>
  Array.from({ length: values.length / DIM }, (_, row) => [...values.subarray(row * DIM, (row + 1) * DIM)]);
const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const nearest = (of: number[], rows: number[][]) =>
  [...rows.keys()].sort((a, b) => product(of, rows[b]) - product(of, rows[a]));

/** What an index with these centroids has to answer, from the definition. */
function naive(query: number[], probes: number): number[] {
  const lists = rowsOf(centroids);
  const probed = new Set(nearest(query, lists).slice(0, probes));
  const found = rowsOf(items).map((item) => probed.has(nearest(item, lists)[0]));
  return nearest(query, rowsOf(items))
    .filter((item) => found[item])
    .slice(0, K);
}

describe.skipIf(!hasFaiss)('lists of which the clusters are given', () => {
  it.each([1, 3, LISTS])(
    'of as many rows as lists each is a centroid: searched by FAISS with %i probes',
    async (nprobe) => {
      const options = { factory: `IVF${LISTS},Flat`, nprobe, clustersOf: centroids };
      const index = opened(await buildFaissIndex(items, DIM, options));
      expect(index).toMatchObject({ factory: `IVF${LISTS},Flat`, engine: 'faiss', nprobe, size: SIZE });
      const { ids } = await index.search(queries, K);
      for (const [query, vector] of rowsOf(queries).entries()) {
        expect([...ids.subarray(query * K, (query + 1) * K)].filter((id) => id !== -1)).toEqual(naive(vector, nprobe));
      }
    },
  );

  it('are the clusters of these rows, not of the vectors', async () => {
    const factory = 'IVF16,Flat';
    const both = new Float32Array(items.length + queries.length);
    both.set(items);
    both.set(queries, items.length);
    const [own, others] = [
      await buildFaissIndex(items, DIM, { factory }),
      await buildFaissIndex(items, DIM, { factory, clustersOf: both }),
    ];
    expect(Buffer.compare(own, others)).not.toBe(0);
    expect(Buffer.compare(own, await buildFaissIndex(items, DIM, { factory, clustersOf: items.slice() }))).toBe(0);
    expect(await recallOf(opened(await buildFaissIndex(items, DIM, { factory, clustersOf: both, nprobe: 16 })))).toBe(
      1,
    );
  });

  it('are refused of too few rows, of numbers that are none, and for kinds that have no such lists', async () => {
    const factory = `IVF${LISTS},Flat`;
    const build = (options: { factory: string; clustersOf: Float32Array }) => buildFaissIndex(items, DIM, options);
    await expect(build({ factory, clustersOf: centroids.subarray(DIM) })).rejects.toThrow(/at least 8 rows of 16/);
    await expect(build({ factory, clustersOf: centroids.map(() => Number.NaN) })).rejects.toThrow(/NaN/);
    for (const other of ['Flat', 'HNSW8', 'IVF8,PQ4x4']) {
      await expect(build({ factory: other, clustersOf: centroids })).rejects.toThrow(ConfigError);
    }
  });
});
