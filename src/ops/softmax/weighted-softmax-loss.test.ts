/** The weighted softmax loss: its definition over plain losses a query, gradients by finite differences, in all three inputs. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../../tests/finite-differences.js';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { readTensor } from '../../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { useBackend } from '../../backend/index.js';
import { type SoftmaxPlan, softmaxLoss, weightedSoftmaxLoss } from '../index.js';

const [numQueries, numKeys, dim] = [4, 6, 3];
const values = [
  randomMatrix(numQueries, dim, 'weighted-queries'),
  randomMatrix(numKeys, dim, 'weighted-keys'),
  Float32Array.of(0.2, 0.9, 0, 1.4),
] as const;
const shapes: [number, number][] = [
  [numQueries, dim],
  [numKeys, dim],
  [numQueries, 1],
];
const PLANS: [string, SoftmaxPlan][] = [
  ['plain', { positive: Int32Array.of(0, 1, 2, 5), temperature: 0.7 }],
  [
    'with all corrections, decoupled',
    {
      positive: Int32Array.of(3, 1, 0, 5),
      temperature: 0.5,
      keyBias: Float32Array.of(0.1, -0.3, 0.2, 0, -0.1, 0.4),
      masked: { offsets: Int32Array.of(0, 1, 1, 3, 3), values: Int32Array.of(0, 1, 4) },
      queryWeight: Float32Array.of(0.4, 0.3, 0.2, 0.1),
      decoupled: true,
    },
  ],
];
const tensorsOf = () => values.map((x, i) => tf.tensor2d(x, shapes[i]));

describe.each(RUNNABLE_BACKENDS)('weightedSoftmaxLoss on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(PLANS)('%s', (_, plan) => {
    it('is the sum of the softmax losses of each query alone, times weight and share', async () => {
      const [value] = await readTensor(() => {
        const [queries, keys, weights] = tensorsOf();
        return weightedSoftmaxLoss(queries, keys, plan, weights);
      });
      let expected = 0;
      for (let i = 0; i < numQueries; i++) {
        const share = Float32Array.from({ length: numQueries }, (_unused, j) => Number(i === j));
        const [alone] = await readTensor(() => {
          const [queries, keys] = tensorsOf();
          return softmaxLoss(queries, keys, { ...plan, queryWeight: share });
        });
        expected += alone * values[2][i] * (plan.queryWeight?.[i] ?? 1 / numQueries);
      }
      expect(value).toBeCloseTo(expected, 5);
    });

    it('has the gradient of finite differences in queries, keys and weights, and leaves no tensor behind', async () => {
      const before = tf.memory().numTensors;
      const { worst, scale } = await checkGradient(
        (queries, keys, weights) =>
          weightedSoftmaxLoss(queries as tf.Tensor2D, keys as tf.Tensor2D, plan, weights as tf.Tensor2D),
        values.map((x, i) => ({ values: x, shape: shapes[i] })),
      );
      expect(scale).toBeGreaterThan(0.05);
      expect(worst).toBeLessThan(5e-3);
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});
