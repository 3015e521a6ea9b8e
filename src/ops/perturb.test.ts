/** Embedding noise on every backend that runs here: the documented draws, the length, the gradient. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { counterUniform } from '../core/counter-rng.js';
import { perturb } from './index.js';

describe.each(RUNNABLE_BACKENDS)('perturb on %s', (backend) => {
  let tensorsBefore = 0;
  beforeAll(async () => {
    await useBackend(backend);
  });
  beforeEach(() => {
    tensorsBefore = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(tensorsBefore);
  });

  const x = randomMatrix(6, 5, 'perturb');
  const key = { low: 12345, high: 678 };

  it.each([5, 64, 1030])(
    'moves rows of %i by `magnitude`, within their orthant, by the documented counters',
    async (dim) => {
      const x = randomMatrix(6, dim, 'perturb');
      const out = await readTensor(() => perturb(tf.tensor2d(x, [6, dim]), 0.3, key));
      for (let row = 0; row < 6; row++) {
        const u = Array.from({ length: dim }, (_, d) => counterUniform(key, row * dim + d));
        const norm = Math.hypot(...u);
        for (let d = 0; d < dim; d++) {
          const at = row * dim + d;
          expect(out[at]).toBeCloseTo(x[at] + (0.3 * Math.sign(x[at]) * u[d]) / norm, 5);
        }
        const moved = Math.hypot(...u.map((_, d) => out[row * dim + d] - x[row * dim + d]));
        expect(moved).toBeCloseTo(0.3, 5);
      }
    },
  );

  it('passes the gradient through', async () => {
    const { worst, scale } = await checkGradient(
      (t) => tf.sum(tf.mul(perturb(t, 0.1, key), tf.tensor2d(randomMatrix(6, 5, 'probe'), [6, 5]))),
      [{ values: x, shape: [6, 5] }],
      1e-3,
    );
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(1e-2);
  });
});
