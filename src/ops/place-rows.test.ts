/** Rows put in their places, on every backend. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { placeRows } from './place-rows.js';

const rows = randomMatrix(2, 3, 'placed');
const places = Int32Array.of(3, 1);

describe.each(RUNNABLE_BACKENDS)('placeRows on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it('puts rows where they belong, zeros elsewhere, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const placed = await readTensor(() => placeRows(tf.tensor2d(rows, [2, 3]), places, 5));
    expect([...placed]).toEqual([0, 0, 0, ...rows.slice(3), 0, 0, 0, ...rows.slice(0, 3), 0, 0, 0]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the gradient of finite differences', async () => {
    const probe = tf.tidy(() => tf.tensor2d(randomMatrix(5, 3, 'probe'), [5, 3]));
    const { worst, scale } = await checkGradient(
      (t) => tf.sum(tf.mul(placeRows(t, places, 5), probe)),
      [{ values: rows, shape: [2, 3] }],
    );
    probe.dispose();
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });

  it('refuses a place outside, or another number of places than rows', () => {
    tf.tidy(() => {
      expect(() => placeRows(tf.zeros([2, 3]), Int32Array.of(0, 5), 5)).toThrow(
        /places: expected indices within 0 … 4, got 5 at position 1/,
      );
      expect(() => placeRows(tf.zeros([2, 3]), Int32Array.of(0), 5)).toThrow(/expected shape \[1, \?\]/);
    });
  });
});
