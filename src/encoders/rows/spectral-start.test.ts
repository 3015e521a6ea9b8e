/** The spectral start against the matrix that it comes from, and what the graph says nothing about. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { denseAdjacency, randomGraph } from '../../../tests/random-arrays.js';
import { buildBipartiteCsr } from '../../graph/bipartite-csr.js';
import { createEncoderVariables, encoderSchema } from '../index.js';
import { spectralStart } from './spectral-start.js';

const [numUsers, numItems] = [8, 11];
const graph = randomGraph(numUsers, numItems, 0.6, 'spectral-start');
/** D_u^-½ R D_i^-½. */
const block = denseAdjacency(graph)
  .slice(0, numUsers)
  .map((row) => row.slice(numUsers));
const productsOf = ({ users, items }: { users: Float32Array; items: Float32Array }, dim: number): number[][] =>
  block.map((row, user) =>
    row.map((_, item) => {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += users[user * dim + d] * items[item * dim + d];
      return sum;
    }),
  );
const rms = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe('spectralStart', () => {
  it('has the normalised matrix itself, times a factor, as its inner products where there are numbers enough', () => {
    // every node has an edge, so that nothing is drawn
    expect(block.every((row) => row.some((value) => value > 0))).toBe(true);
    expect(block[0].every((_, item) => block.some((row) => row[item] > 0))).toBe(true);
    const start = spectralStart(graph, { embeddingDim: numUsers, std: 0.3, seed: 1 });
    const products = productsOf(start, numUsers);
    const factor = products.flat().reduce((sum, value) => sum + value, 0) / block.flat().reduce((a, b) => a + b, 0);
    for (const [user, row] of products.entries()) {
      for (const [item, value] of row.entries()) expect(value / factor).toBeCloseTo(block[user][item], 5);
    }
    expect(rms([...start.users, ...start.items])).toBeCloseTo(0.3, 5);
  });

  it('comes nearer the more numbers there are', () => {
    const errors = [1, 3, 6].map((embeddingDim) => {
      const products = productsOf(spectralStart(graph, { embeddingDim, std: 0.1, seed: 1 }), embeddingDim);
      // the best factor, as the start is brought to a length of its own
      const dot = (a: number[][], b: number[][]): number =>
        a.reduce((sum, row, i) => sum + row.reduce((of, x, j) => of + x * b[i][j], 0), 0);
      const best = dot(products, block) / dot(products, products);
      return dot(block, block) - best * dot(products, block);
    });
    expect(errors[0]).toBeGreaterThan(errors[1]);
    expect(errors[1]).toBeGreaterThan(errors[2]);
    expect(errors[2]).toBeGreaterThan(0);
  });

  it('draws what the graph says nothing about: nodes without edges, numbers beyond the rank', () => {
    const edges = { userIndex: Int32Array.of(0, 1, 1), itemIndex: Int32Array.of(0, 0, 1) };
    const small = buildBipartiteCsr(edges, { numUsers: 3, numItems: 2 });
    const { users } = spectralStart(small, { embeddingDim: 6, std: 0.2, seed: 4 });
    expect(users.every((value) => value !== 0)).toBe(true);
    expect(rms([...users.subarray(12)])).toBeLessThan(0.6);
    expect(spectralStart(small, { embeddingDim: 6, std: 0.2, seed: 4 }).users).toEqual(users);
    expect(spectralStart(small, { embeddingDim: 6, std: 0.2, seed: 5 }).users).not.toEqual(users);
  });

  it.each(['table', 'history', 'lightgcn'] as const)('is where the rows of %s begin', (name) => {
    const options = encoderSchema.parse({ name, embeddingDim: 4, initialization: { name: 'spectral', std: 0.2 } });
    const { embedding } = createEncoderVariables(options, { numUsers, numItems, graph }, 3);
    const { users, items } = spectralStart(graph, { embeddingDim: 4, std: 0.2, seed: 3 });
    const expected = name === 'history' ? items : Float32Array.of(...users, ...items);
    expect(embedding.dataSync()).toEqual(expected);
    expect(() => createEncoderVariables(options, { numUsers, numItems }, 3)).toThrow(/needs the graph/);
    tf.dispose(embedding);
  });
});
