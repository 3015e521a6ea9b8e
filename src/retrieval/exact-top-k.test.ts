import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { raggedFromPairs } from '../core/ragged.js';
import { Rng } from '../core/rng.js';
import { selectTopK } from '../core/select-top-k.js';
import { ExactTopK } from './exact-top-k.js';

const DIM = 13;
const NUM_QUERIES = 37;
const NUM_ITEMS = 211;

const gaussians = (length: number, ...labels: string[]): Float32Array => {
  const rng = Rng.of(7, 'exact-top-k', ...labels);
  return Float32Array.from({ length }, () => rng.normal());
};
const queries = gaussians(NUM_QUERIES * DIM, 'queries');
const items = gaussians(NUM_ITEMS * DIM, 'items');
const rng = Rng.of(7, 'excluded');
const exclude = raggedFromPairs(
  Int32Array.from({ length: 400 }, () => rng.integer(NUM_QUERIES)),
  Int32Array.from({ length: 400 }, () => rng.integer(NUM_ITEMS)),
  NUM_QUERIES,
);

/** Ranking of one query by double-precision scores and a full sort. */
function naiveIds(query: number, k: number): number[] {
  const excluded = exclude.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]);
  const score = (item: number): number => {
    let sum = 0;
    for (let i = 0; i < DIM; i++) sum += queries[query * DIM + i] * items[item * DIM + i];
    return sum;
  };
  return Array.from({ length: NUM_ITEMS }, (_, item) => item)
    .filter((item) => !excluded.includes(item))
    .sort((a, b) => score(b) - score(a) || a - b)
    .slice(0, k);
}

describe.each(RUNNABLE_BACKENDS)('exact top-K on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it('ranks as a full sort does', async () => {
    const k = 25;
    const top = await new ExactTopK(items, DIM).search(queries, k, exclude);
    for (let query = 0; query < NUM_QUERIES; query++) {
      expect([...top.ids.subarray(query * k, (query + 1) * k)]).toEqual(naiveIds(query, k));
    }
  });

  it('gives the same bits for every tile and block size', async () => {
    const reference = await new ExactTopK(items, DIM).search(queries, 30, exclude);
    for (const [queryTile, itemBlock] of [
      [1, 1000],
      [5, 16],
      [8, 7],
      [37, 211],
      [64, 100],
    ]) {
      const top = await new ExactTopK(items, DIM, { queryTile, itemBlock }).search(queries, 30, exclude);
      expect(top).toEqual(reference);
    }
  });

  it('gives the same bits for a query alone as among others', async () => {
    const index = new ExactTopK(items, DIM);
    const k = 10;
    const together = await index.search(queries, k);
    for (const query of [0, 1, 17, NUM_QUERIES - 1]) {
      const alone = await index.search(queries.slice(query * DIM, (query + 1) * DIM), k);
      expect(alone.ids).toEqual(together.ids.slice(query * k, (query + 1) * k));
      expect(alone.scores).toEqual(together.scores.slice(query * k, (query + 1) * k));
    }
  });

  it('breaks ties by item, across blocks too, and leaves slots empty when candidates run out', async () => {
    const same = new Float32Array(9).fill(1);
    const index = new ExactTopK(same, 1, { itemBlock: 2 });
    const excluded = raggedFromPairs(Int32Array.of(0, 0, 1), Int32Array.of(0, 3, 8), 2);
    const top = await index.search(Float32Array.of(2, 3), 8, excluded);
    expect([...top.ids]).toEqual([1, 2, 4, 5, 6, 7, 8, -1, 0, 1, 2, 3, 4, 5, 6, 7]);
    expect(top.scores[0]).toBe(2);
    expect(top.scores[7]).toBe(Number.NEGATIVE_INFINITY);
  });

  it('leaks no tensor', async () => {
    const index = new ExactTopK(items, DIM, { queryTile: 5, itemBlock: 50 });
    const numTensors = tf.memory().numTensors;
    await index.search(queries, 4, exclude);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each([1, 2, 64, 129, 300])(
    'ranks as selectTopK does at %s dimensions, for small K, large K and all items',
    async (dim) => {
      // whole numbers: every product is exact, so that scores are equal on all backends, with many ties
      const draw = Rng.of(dim, 'whole numbers');
      const whole = (length: number) => Float32Array.from({ length }, () => draw.integer(5) - 2);
      const numQueries = 14;
      const [q, x] = [whole(numQueries * dim), whole(NUM_ITEMS * dim)];
      const pairs = Int32Array.from({ length: 200 }, () => draw.integer(numQueries));
      const hidden = raggedFromPairs(
        pairs,
        pairs.map(() => draw.integer(NUM_ITEMS)),
        numQueries,
      );
      const index = new ExactTopK(x, dim);
      for (const k of [1, 20, 100, NUM_ITEMS, NUM_ITEMS + 50]) {
        const top = await index.search(q, k, hidden);
        for (let query = 0; query < numQueries; query++) {
          const scores = new Float32Array(NUM_ITEMS);
          for (let at = 0; at < x.length; at++) scores[Math.floor(at / dim)] += q[query * dim + (at % dim)] * x[at];
          const naive = selectTopK(scores, k, hidden.values.subarray(hidden.offsets[query], hidden.offsets[query + 1]));
          const width = Math.min(k, NUM_ITEMS);
          expect([top.k, naive.k]).toEqual([width, width]);
          expect([...top.ids.subarray(query * width, (query + 1) * width)]).toEqual([...naive.ids]);
          // + 0: the sign of a zero is not part of the contract
          const shown = Array.from(top.scores.subarray(query * width, (query + 1) * width), (score) => score + 0);
          expect(shown).toEqual(Array.from(naive.scores, (score) => score + 0));
        }
      }
    },
  );

  it('never returns an item whose score is NaN or -Infinity, nor gives it a position', async () => {
    const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
    const index = new ExactTopK(Float32Array.of(1, nan, -inf, 3, inf, -5), 1);
    const top = await index.search(Float32Array.of(1), 6);
    expect([...top.ids]).toEqual([4, 3, 0, 5, -1, -1]);
    const all = { offsets: Int32Array.of(0, 6), values: Int32Array.of(0, 1, 2, 3, 4, 5) };
    const { positions, numRanked } = await index.positionsOf(Float32Array.of(1), { wanted: all });
    expect([...positions]).toEqual([3, 0, 0, 2, 1, 4]);
    expect([...numRanked]).toEqual([4]);
  });

  it('finds the positions that the full rankings have, ties and exclusions included', async () => {
    for (const values of [items, items.map(Math.round)]) {
      const rounded = values === items ? queries : queries.map(Math.round);
      for (const tiles of [{}, { queryTile: 5, itemBlock: 16 }]) {
        const index = new ExactTopK(values, DIM, tiles);
        const full = await index.search(rounded, NUM_ITEMS, exclude);
        const draw = Rng.of(3, 'wanted');
        const rows: number[] = [];
        const wantedItems: number[] = [];
        for (let query = 0; query < NUM_QUERIES; query++) {
          const excluded = exclude.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]);
          for (let i = 0; i < query % 5; i++) {
            const item = draw.integer(NUM_ITEMS);
            if (excluded.includes(item)) continue;
            rows.push(query);
            wantedItems.push(item);
          }
        }
        const wanted = raggedFromPairs(Int32Array.from(rows), Int32Array.from(wantedItems), NUM_QUERIES);
        const { positions, numRanked } = await index.positionsOf(rounded, { wanted, exclude });
        for (let query = 0; query < NUM_QUERIES; query++) {
          const ranking = full.ids.subarray(query * NUM_ITEMS, (query + 1) * NUM_ITEMS);
          expect(numRanked[query]).toBe(ranking.filter((id) => id >= 0).length);
          for (let w = wanted.offsets[query]; w < wanted.offsets[query + 1]; w++) {
            expect(positions[w]).toBe(ranking.indexOf(wanted.values[w]) + 1);
          }
        }
      }
    }
  });

  it('packs its items again when another backend has become current', async () => {
    const index = new ExactTopK(items, DIM);
    const reference = await index.search(queries, 5);
    await useBackend('cpu');
    expect((await index.search(queries, 5)).ids).toEqual(reference.ids);
    await useBackend(backend);
    expect(await index.search(queries, 5)).toEqual(reference);
  });

  it('answers no queries and no items', async () => {
    expect((await new ExactTopK(items, DIM).search(new Float32Array(0), 5)).ids).toHaveLength(0);
    expect([...(await new ExactTopK(new Float32Array(0), 2).search(Float32Array.of(1, 2), 2)).ids]).toEqual([]);
  });
});

describe('exact top-K', () => {
  it('refuses tables that are no whole number of rows, and exclusions for other queries', async () => {
    expect(() => new ExactTopK(new Float32Array(7), 2)).toThrow(/items: 7 numbers/);
    const index = new ExactTopK(new Float32Array(8), 2);
    await expect(index.search(new Float32Array(3), 1)).rejects.toThrow(/queries: 3 numbers/);
    await expect(index.search(new Float32Array(2), 0)).rejects.toMatchObject({ code: 'RETRIEVAL_K' });
    expect(() => new ExactTopK(new Float32Array(8), 2, { queryTile: 0 })).toThrow(/queryTile: .* got 0/);
    await expect(index.search(new Float32Array(2), 1, exclude)).rejects.toThrow(/exclude \(rows\): expected length 1/);
  });

  it('pads the last tile on a backend whose products may depend on their shape', async () => {
    tf.registerBackend('shape-dependent', () => tf.findBackendFactory('cpu')());
    for (const kernel of tf.getKernelsForBackend('cpu')) {
      tf.registerKernel({ ...kernel, backendName: 'shape-dependent' });
    }
    await tf.setBackend('cpu');
    const reference = await new ExactTopK(items, DIM).search(queries, 6);
    await tf.setBackend('shape-dependent');
    try {
      const padded = await new ExactTopK(items, DIM, { queryTile: 16 }).search(queries, 6);
      expect(padded.ids).toEqual(reference.ids);
    } finally {
      await tf.setBackend('cpu');
      tf.removeBackend('shape-dependent');
    }
  });
});
