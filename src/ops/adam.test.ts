import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { Adam } from './adam.js';

describe.each(RUNNABLE_BACKENDS)('Adam on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterAll(() => tf.disposeVariables());

  it('agrees with the algorithm written out in float64 over several steps', () => {
    const x = tf.variable(tf.tensor2d([[1, -2, 0.5]]));
    const adam = new Adam({ x });
    const [value, m, v] = [
      [1, -2, 0.5],
      [0, 0, 0],
      [0, 0, 0],
    ];
    for (let step = 1; step <= 5; step++) {
      const gradient = [0.3 * step, -1, 1e-3];
      const tensor = tf.tensor2d([gradient]);
      adam.update({ x: tensor }, 0.1);
      tensor.dispose();
      gradient.forEach((g, i) => {
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        value[i] -= (0.1 * (m[i] / (1 - 0.9 ** step))) / (Math.sqrt(v[i] / (1 - 0.999 ** step)) + 1e-8);
      });
    }
    for (const [i, entry] of x.dataSync().entries()) expect(entry).toBeCloseTo(value[i], 5);
  });

  it('moves by the learning rate against the sign of the gradient at the first step, whatever its size', () => {
    const x = tf.variable(tf.tensor2d([[0, 0]]));
    const gradient = tf.tensor2d([[1000, -0.01]]);
    new Adam({ x }).update({ x: gradient }, 0.05);
    const [a, b] = x.dataSync();
    expect(a).toBeCloseTo(-0.05, 5);
    expect(b).toBeCloseTo(0.05, 5);
  });

  it('leaves a parameter without a gradient, and its moments, alone', () => {
    const [x, y] = [tf.variable(tf.tensor2d([[1]])), tf.variable(tf.tensor2d([[2]]))];
    const adam = new Adam({ x, y });
    const before = tf.memory().numTensors;
    const gradient = tf.tensor2d([[1]]);
    adam.update({ x: gradient }, 0.1);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(y.dataSync()[0]).toBe(2);
    expect(adam.state()['y/v'].dataSync()[0]).toBe(0);
    expect(adam.state()['x/v'].dataSync()[0]).toBeGreaterThan(0);
  });
});
