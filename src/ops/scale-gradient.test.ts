/** The identity with a gradient scaled by row, on every backend. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { scaleGradient } from './index.js';

describe.each(RUNNABLE_BACKENDS)('scaleGradient on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  const [numRows, dim] = [3, 4];
  const values = randomMatrix(numRows, dim, 'scale gradient');
  const weights = randomMatrix(numRows, dim, 'scale weights');
  const scale = Float32Array.of(1, 8, 0.5);
  const matrix = (of: Float32Array) => tf.tensor2d(of, [numRows, dim]);

  it('changes no value', async () => {
    expect([...(await readTensor(() => scaleGradient(matrix(values), scale)))]).toEqual([...values]);
  });

  it('multiplies the gradient of each row by its factor', async () => {
    const before = tf.memory().numTensors;
    const gradient = await readTensor(() =>
      tf.grad((x) => tf.sum(tf.mul(scaleGradient(x as tf.Tensor2D, scale), matrix(weights))))(matrix(values)),
    );
    expect(tf.memory().numTensors).toBe(before);
    for (let at = 0; at < values.length; at++) {
      expect(gradient[at]).toBeCloseTo(weights[at] * scale[Math.floor(at / dim)], 6);
    }
  });

  it('refuses a factor too few', () => {
    expect(() => scaleGradient(tf.zeros([3, 2]), Float32Array.of(1, 1))).toThrow(/scaleGradient: scale/);
  });
});
