/** Softmax losses one by one: each against the loss of its query alone, and gradients of what is no sum of them. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../../tests/finite-differences.js';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { readTensor } from '../../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { useBackend } from '../../backend/index.js';
import { softmaxLoss, softmaxLosses } from '../index.js';

const [numQueries, numKeys, dim] = [4, 6, 3];
const values = [randomMatrix(numQueries, dim, 'each-queries'), randomMatrix(numKeys, dim, 'each-keys')];
const shapes: [number, number][] = [
  [numQueries, dim],
  [numKeys, dim],
];
const plan = {
  positive: Int32Array.of(3, 1, 0, 5),
  temperature: 0.5,
  keyBias: Float32Array.of(0.1, -0.3, 0.2, 0, -0.1, 0.4),
  masked: { offsets: Int32Array.of(0, 1, 1, 3, 3), values: Int32Array.of(0, 1, 4) },
};
const tensorsOf = () => values.map((x, i) => tf.tensor2d(x, shapes[i]));

describe.each(RUNNABLE_BACKENDS)('softmaxLosses on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each([false, true])('are the losses of each query alone; decoupled: %s', async (decoupled) => {
    const found = await readTensor(() => {
      const [queries, keys] = tensorsOf();
      return softmaxLosses(queries, keys, { ...plan, decoupled });
    });
    expect(found).toHaveLength(numQueries);
    for (const [i, loss] of found.entries()) {
      const queryWeight = Float32Array.from({ length: numQueries }, (_, j) => Number(i === j));
      const [alone] = await readTensor(() => {
        const [queries, keys] = tensorsOf();
        return softmaxLoss(queries, keys, { ...plan, decoupled, queryWeight });
      });
      expect(loss).toBeCloseTo(alone, 5);
    }
  });

  it('have the gradient of finite differences where they are not added up, and leave no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const { worst, scale } = await checkGradient(
      (queries, keys) => {
        const losses = softmaxLosses(queries as tf.Tensor2D, keys as tf.Tensor2D, plan);
        return tf.add(tf.logSumExp(tf.neg(losses)), tf.sum(tf.square(losses))) as tf.Scalar;
      },
      values.map((x, i) => ({ values: x, shape: shapes[i] })),
    );
    expect(scale).toBeGreaterThan(0.5);
    expect(worst).toBeLessThan(2e-3 * Math.max(1, scale) + 5e-3);
    expect(tf.memory().numTensors).toBe(before);
  });
});
