/** Softmax losses whose denominator leaves the positive out, against their definition. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../../tests/finite-differences.js';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { softmaxLoss } from '../../ops/index.js';
import { currentKernels, useBackend } from '../index.js';

describe.skipIf(!RUNNABLE_BACKENDS.includes('tensorflow'))('decoupled softmax on tensorflow', () => {
  const [numQueries, numKeys, dim] = [4, 5, 3];
  const queries = randomMatrix(numQueries, dim, 'queries');
  const keys = randomMatrix(numKeys, dim, 'keys');
  // query 3 sees its positive only
  const masked = { offsets: Int32Array.of(0, 1, 1, 2, 6), values: Int32Array.of(4, 0, 0, 1, 3, 4) };
  const plan = { positive: Int32Array.of(0, 3, 3, 2), temperature: 0.6, masked, decoupled: true };
  beforeAll(async () => {
    await useBackend('tensorflow');
  });

  it('is the definition, and 0 for a query without another key', async () => {
    const q = tf.tensor2d(queries, [numQueries, dim]);
    const k = tf.tensor2d(keys, [numKeys, dim]);
    const result = currentKernels().softmaxLoss(q, k, plan, true);
    const perQuery = await result.perQuery!.data();
    tf.dispose([q, k, result as never]);
    for (let i = 0; i < numQueries - 1; i++) {
      const hidden = new Set(masked.values.subarray(masked.offsets[i], masked.offsets[i + 1]));
      const logit = (j: number) =>
        Array.from({ length: dim }, (_, d) => queries[i * dim + d] * keys[j * dim + d]).reduce((a, b) => a + b) / 0.6;
      let sum = 0;
      for (let j = 0; j < numKeys; j++) if (j !== plan.positive[i] && !hidden.has(j)) sum += Math.exp(logit(j));
      expect(perQuery[i]).toBeCloseTo(Math.log(sum) - logit(plan.positive[i]), 4);
    }
    expect(perQuery[3]).toBe(0);
  });

  it('has the gradient of finite differences, none where there is no other key', async () => {
    const inputs = [
      { values: queries, shape: [numQueries, dim] as const },
      { values: keys, shape: [numKeys, dim] as const },
    ];
    const { worst, scale } = await checkGradient((q, k) => softmaxLoss(q, k, plan), inputs);
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });
});
