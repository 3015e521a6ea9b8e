import { describe, expect, it } from 'vitest';
import { randomMatrix } from '../../tests/random-arrays.js';
import { ClusteredIndex } from './clustered-index.js';

const dim = 6;
const vectors = randomMatrix(500, dim, 'clustered-vectors');
const queries = randomMatrix(20, dim, 'clustered-queries');

/** The rows of highest inner product, `excluded` left out. */
function exact(query: Float32Array, k: number, excluded: readonly number[]): number[] {
  const score = (row: number): number => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += query[d] * vectors[row * dim + d];
    return sum;
  };
  return Array.from({ length: 500 }, (_, row) => row)
    .filter((row) => !excluded.includes(row))
    .sort((a, b) => score(b) - score(a))
    .slice(0, k);
}

describe('ClusteredIndex', () => {
  it('is exact when it looks into every cluster, and leaves out what it is told to', () => {
    const index = new ClusteredIndex(vectors, dim, { seed: 1, numClusters: 12, numProbes: 12 });
    for (let i = 0; i < 20; i++) {
      const query = queries.subarray(i * dim, (i + 1) * dim);
      const excluded = exact(query, 3, []);
      expect([...index.search(query, 10, excluded).ids]).toEqual(exact(query, 10, excluded));
    }
  });

  it('finds most of the nearest with a few probes, and the same every time', () => {
    const make = () => new ClusteredIndex(vectors, dim, { seed: 1, numProbes: 8 });
    const [index, again] = [make(), make()];
    let found = 0;
    for (let i = 0; i < 20; i++) {
      const query = queries.subarray(i * dim, (i + 1) * dim);
      const { ids } = index.search(query, 10);
      expect(again.search(query, 10).ids).toEqual(ids);
      const truth = new Set(exact(query, 10, []));
      for (const id of ids) if (truth.has(id)) found++;
    }
    expect(found / 200).toBeGreaterThan(0.8);
  });

  it('takes one vector, and gives as many as there are', () => {
    const index = new ClusteredIndex(vectors.slice(0, dim), dim, { seed: 1, numProbes: 4 });
    expect([...index.search(queries.slice(0, dim), 3).ids]).toEqual([0]);
  });
});
