/** The pair potential against its definition, its gradient by finite differences, on every backend. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { logPairPotential } from './index.js';

const matrix = (values: Float32Array, rows: number) => tf.tensor2d(values, [rows, values.length / rows]);
const input = (values: Float32Array, rows: number) =>
  ({ values, shape: [rows, values.length / rows] as [number, number] }) as const;

describe.each(RUNNABLE_BACKENDS)('logPairPotential on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  const x = randomMatrix(6, 5, 'potential');

  it('is the log of the sum over ordered pairs of different rows', async () => {
    let sum = 0;
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        if (i === j) continue;
        let dot = 0;
        for (let d = 0; d < 5; d++) dot += x[i * 5 + d] * x[j * 5 + d];
        sum += Math.exp(dot / 0.8);
      }
    }
    const before = tf.memory().numTensors;
    expect((await readTensor(() => logPairPotential(matrix(x, 6), 0.8)))[0]).toBeCloseTo(Math.log(sum), 5);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the gradient of finite differences', async () => {
    const { worst, scale } = await checkGradient((t) => logPairPotential(t, 0.8), [input(x, 6)]);
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });

  it('has the gradient of finite differences where rows repeat', async () => {
    const twice = Float32Array.from([...x.subarray(0, 10), ...x.subarray(0, 10)]);
    const { worst, scale } = await checkGradient((t) => logPairPotential(t, 0.8), [input(twice, 4)]);
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });

  it('refuses a single row', () => {
    expect(() => logPairPotential(tf.zeros([1, 5]), 1)).toThrow(/at least 2 rows, got 1/);
  });
});
