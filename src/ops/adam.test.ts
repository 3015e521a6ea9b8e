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

  it('agrees with the algorithm written out in float64 over several steps', async () => {
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
    for (const [i, entry] of (await x.data()).entries()) expect(entry).toBeCloseTo(value[i], 5);
  });

  it('moves by the learning rate against the sign of the gradient at the first step, whatever its size', async () => {
    const x = tf.variable(tf.tensor2d([[0, 0]]));
    const gradient = tf.tensor2d([[1000, -0.01]]);
    new Adam({ x }).update({ x: gradient }, 0.05);
    const [a, b] = await x.data();
    expect(a).toBeCloseTo(-0.05, 5);
    expect(b).toBeCloseTo(0.05, 5);
  });

  it('leaves a parameter without a gradient, and its moments, alone', async () => {
    const [x, y] = [tf.variable(tf.tensor2d([[1]])), tf.variable(tf.tensor2d([[2]]))];
    const adam = new Adam({ x, y });
    const before = tf.memory().numTensors;
    const gradient = tf.tensor2d([[1]]);
    adam.update({ x: gradient }, 0.1);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect((await y.data())[0]).toBe(2);
    expect((await adam.state()['y/v'].data())[0]).toBe(0);
    expect((await adam.state()['x/v'].data())[0]).toBeGreaterThan(0);
  });

  it('corrects the bias from a parameter’s own first step, where that comes later', async () => {
    const [x, late] = [tf.variable(tf.tensor2d([[0, 0]])), tf.variable(tf.tensor2d([[0, 0]]))];
    const adam = new Adam({ x, late }, false, { late: { stepsBefore: 50 } });
    const gradient = tf.tensor2d([[0.3, -2]]);
    for (let step = 1; step <= 53; step++)
      adam.update(step > 50 ? { x: gradient, late: gradient } : { x: gradient }, 0.1);
    // a constant gradient moves by the learning rate a step
    for (const [i, value] of (await late.data()).entries()) expect(value).toBeCloseTo([-0.3, 0.3][i], 4);
    gradient.dispose();
  });

  it('leaves a parameter and its moments alone before its own first step, whatever its gradient', async () => {
    const gradients = { x: tf.tensor2d([[0.3, -2]]), late: tf.tensor2d([[0.7, 1]]) };
    const moved = async (given: (step: number) => Record<string, tf.Tensor>): Promise<Float32Array[]> => {
      const parameters = { x: tf.variable(tf.tensor2d([[0, 0]])), late: tf.variable(tf.tensor2d([[4, 5]])) };
      const adam = new Adam(parameters, false, { late: { stepsBefore: 2 } });
      for (let step = 1; step <= 4; step++) adam.update(given(step), 0.1);
      const all = [...Object.values(parameters), ...Object.values(adam.state())];
      return Promise.all(all.map((variable) => variable.data<'float32'>()));
    };
    const held = await moved(() => gradients);
    expect(held).toEqual(await moved((step) => (step > 2 ? gradients : { x: gradients.x })));
    tf.dispose(gradients);
  });

  it.each([false, true])(
    'decays rows as PyTorch does, before the moments (lazily: %s, those with a gradient)',
    async (lazy) => {
      const start = [1, -2, 3, 0.5];
      const x = tf.variable(tf.tensor2d(start, [2, 2]));
      const adam = new Adam({ x }, lazy, { x: { weightDecay: 0.1 } });
      const gradient = tf.tensor2d([[0.3, -1]]);
      const before = tf.memory().numTensors;
      for (let step = 1; step <= 3; step++) adam.update({ x: gradient }, 0.05, { x: Int32Array.of(1) });
      expect(tf.memory().numTensors).toBe(before);
      const actual = await x.data();
      for (const [i, first] of start.entries()) {
        let [value, m, v] = [first, 0, 0];
        const ofLoss = i < 2 ? 0 : [0.3, -1][i - 2];
        for (let step = 1; step <= 3 && !(lazy && i < 2); step++) {
          const g = ofLoss + 0.1 * value;
          m = 0.9 * m + 0.1 * g;
          v = 0.999 * v + 0.001 * g * g;
          value -= (0.05 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
        }
        expect(actual[i]).toBeCloseTo(value, 5);
      }
      gradient.dispose();
    },
  );

  it('lazily updates the given rows alone, by the steps of all; densely, the others move on', async () => {
    const table = () => tf.variable(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]));
    const [lazyTable, denseTable, fromWhole] = [table(), table(), table()];
    const lazy = new Adam({ x: lazyTable }, true);
    const dense = new Adam({ x: denseTable });
    const whole = new Adam({ x: fromWhole }, true);
    const before = tf.memory().numTensors;
    for (const rows of [Int32Array.of(2, 0), Int32Array.of(2)]) {
      const gradient = tf.tensor2d(rows.length === 2 ? [1, -1, 0.5, 2] : [3, -0.1], [rows.length, 2]);
      const expanded = tf.tensor2d(rows.length === 2 ? [0.5, 2, 0, 0, 1, -1] : [0, 0, 0, 0, 3, -0.1], [3, 2]);
      lazy.update({ x: gradient }, 0.1, { x: rows });
      dense.update({ x: gradient }, 0.1, { x: rows });
      whole.update({ x: expanded }, 0.1);
      tf.dispose([gradient, expanded]);
    }
    expect(tf.memory().numTensors).toBe(before);
    const values = await lazyTable.data();
    // row 2 had both gradients: float64 by hand
    for (const [d, [first, second]] of [
      [1, 3],
      [-1, -0.1],
    ].entries()) {
      const m = 0.9 * 0.1 * first + 0.1 * second;
      const v = 0.999 * 0.001 * first ** 2 + 0.001 * second ** 2;
      const last = 5 + d - 0.1 * Math.sign(first) - (0.1 * (m / 0.19)) / Math.sqrt(v / (1 - 0.999 ** 2));
      expect(values[4 + d]).toBeCloseTo(last, 4);
    }
    expect([...values.slice(2, 4)]).toEqual([3, 4]);
    expect(values[0]).toBeCloseTo(0.9, 5);
    expect((await denseTable.data())[0]).toBeLessThan(0.89);
    for (const [i, value] of (await fromWhole.data()).entries()) expect(value).toBeCloseTo(values[i], 6);
  });
});
