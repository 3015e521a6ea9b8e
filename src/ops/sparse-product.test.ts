/** Rectangular sparse products, on every backend. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { sparseMatrix, sparseProduct } from './sparse-product.js';

/** [[0, 2, 0, 1], [0, 0, 0, 0], [.5, 0, 0, 3]] */
const matrix = sparseMatrix(
  { offsets: Int32Array.of(0, 2, 2, 4), columns: Int32Array.of(1, 3, 0, 3), values: Float32Array.of(2, 1, 0.5, 3) },
  4,
);
const dense = [
  [0, 2, 0, 1],
  [0, 0, 0, 0],
  [0.5, 0, 0, 3],
];

describe.each(RUNNABLE_BACKENDS)('sparseProduct on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each([1, 5, 64])('is the dense product, %d columns wide, and leaves no tensor', async (dim) => {
    const x = randomMatrix(4, dim, 'sparse');
    const before = tf.memory().numTensors;
    const out = await readTensor(() => sparseProduct(matrix, tf.tensor2d(x, [4, dim])));
    expect(tf.memory().numTensors).toBe(before);
    for (const [row, weights] of dense.entries()) {
      for (let d = 0; d < dim; d++) {
        const expected = weights.reduce((sum, weight, column) => sum + weight * x[column * dim + d], 0);
        expect(out[row * dim + d]).toBeCloseTo(expected, 5);
      }
    }
  });

  it('has the gradient of finite differences', async () => {
    const probe = tf.tidy(() => tf.tensor2d(randomMatrix(3, 6, 'probe'), [3, 6]));
    const { worst, scale } = await checkGradient(
      (t) => tf.sum(tf.mul(sparseProduct(matrix, t), probe)),
      [{ values: randomMatrix(4, 6, 'sparse'), shape: [4, 6] }],
    );
    probe.dispose();
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });

  it('refuses an x of other rows', () => {
    tf.tidy(() => {
      expect(() => sparseProduct(matrix, tf.zeros([3, 2]))).toThrow(/expected shape \[4, \?\], got \[3, 2\]/);
    });
  });
});

it('refuses a column beyond the end', () => {
  const { offsets, columns, values } = matrix;
  expect(() => sparseMatrix({ offsets, columns, values }, 3)).toThrow(/indices within 0 … 2, got 3 at position 1/);
});
