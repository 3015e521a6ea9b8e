/** Each query against keys of its own: values from the definition, gradients by finite differences, on every backend. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { groupScores } from './index.js';

describe.each(RUNNABLE_BACKENDS)('groupScores on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  const [numQueries, perQuery, dim] = [3, 2, 4];
  const queries = randomMatrix(numQueries, dim, 'own queries');
  const keys = randomMatrix(numQueries * perQuery, dim, 'own keys');

  it('gives the inner products of each query with its own keys', async () => {
    const scores = await readTensor(() => {
      const made = groupScores(
        tf.tensor2d(queries, [numQueries, dim]),
        tf.tensor2d(keys, [numQueries * perQuery, dim]),
        perQuery,
      );
      expect(made.shape).toEqual([numQueries, perQuery]);
      return made;
    });
    for (const [slot, score] of scores.entries()) {
      const query = Math.floor(slot / perQuery);
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += queries[query * dim + d] * keys[slot * dim + d];
      expect(score).toBeCloseTo(sum, 5);
    }
  });

  it('has the gradient of both sides', async () => {
    // every score weighs differently, so that a permuted gradient shows
    const weights = randomMatrix(numQueries, perQuery, 'weights');
    const { worst, scale } = await checkGradient(
      (x, y) => tf.sum(tf.mul(groupScores(x, y, perQuery), tf.tensor2d(weights, [numQueries, perQuery]))),
      [
        { values: queries, shape: [numQueries, dim] },
        { values: keys, shape: [numQueries * perQuery, dim] },
      ],
    );
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });

  it('refuses keys that are not so many a query', () => {
    expect(() => groupScores(tf.zeros([3, 4]), tf.zeros([5, 4]), 2)).toThrow(/groupScores: keys/);
  });
});
