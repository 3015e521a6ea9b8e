import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { raggedFromPairs } from '../core/ragged.js';
import { Rng } from '../core/rng.js';
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

  it('answers no queries and no items', async () => {
    expect((await new ExactTopK(items, DIM).search(new Float32Array(0), 5)).ids).toHaveLength(0);
    expect([...(await new ExactTopK(new Float32Array(0), 2).search(Float32Array.of(1, 2), 2)).ids]).toEqual([-1, -1]);
  });
});

describe('exact top-K', () => {
  it('refuses tables that are no whole number of rows, and exclusions for other queries', async () => {
    expect(() => new ExactTopK(new Float32Array(7), 2)).toThrow(/items: 7 numbers/);
    const index = new ExactTopK(new Float32Array(8), 2);
    await expect(index.search(new Float32Array(3), 1)).rejects.toThrow(/queries: 3 numbers/);
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
