/** The gradient that SL@K's weights have, and that they have not where it is stopped; what they need. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { readTensor } from '../../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { useBackend } from '../../backend/index.js';
import { emptyRagged } from '../../core/ragged.js';
import { inBatchSoftmax, type MainLossInput } from '../index.js';

const [batchSize, dim] = [4, 3];
const values = [randomMatrix(batchSize, dim, 'weights-users'), randomMatrix(batchSize, dim, 'weights-items')];
const topKScores = Float32Array.of(0.3, -0.2, 0, 1);
const plain = { temperature: 0.5, logQ: 'none' as const };
const topK = { k: 20, temperature: 0.75, numSampled: 10, refreshEvery: 1 };

function inputOf(users: tf.Tensor2D, items: tf.Tensor2D, more: Partial<MainLossInput>): MainLossInput {
  const logQ = new Float32Array(batchSize);
  const shared = { keys: items, positivesFirst: true, logQ, masked: emptyRagged(batchSize) };
  return { users, positives: items, positiveLogQ: logQ, shared, ...more };
}

/** Of users, then of items. */
async function gradientsOf(loss: (users: tf.Tensor2D, items: tf.Tensor2D) => tf.Scalar): Promise<Float32Array> {
  return readTensor(() => {
    const given = values.map((x) => tf.tensor2d(x, [batchSize, dim]));
    return tf.concat(tf.grads((u, i) => loss(u as tf.Tensor2D, i as tf.Tensor2D))(given));
  });
}

describe.each(RUNNABLE_BACKENDS)('weights of SL@K on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it('are numbers where their gradient is stopped: the softmax of positives that weigh as much', async () => {
    const weight = Float32Array.from({ length: batchSize }, (_, row) => {
      const [user, item] = values.map((x) => x.subarray(row * dim, (row + 1) * dim));
      const score = user.reduce((sum, x, d) => sum + x * item[d], 0);
      return 1 / (1 + Math.exp(-(score - topKScores[row]) / 0.75)) / batchSize;
    });
    const stopped = await gradientsOf((users, items) =>
      inBatchSoftmax(inputOf(users, items, { topKScores }), { ...plain, topK: { ...topK, gradient: 'stopped' } }),
    );
    const weighed = await gradientsOf((users, items) => inBatchSoftmax(inputOf(users, items, { weight }), plain));
    for (const [at, value] of stopped.entries()) expect(value).toBeCloseTo(weighed[at], 5);
    const through = await gradientsOf((users, items) =>
      inBatchSoftmax(inputOf(users, items, { topKScores }), { ...plain, topK: { ...topK, gradient: 'through' } }),
    );
    expect(Math.max(...through.map((value, at) => Math.abs(value - stopped[at])))).toBeGreaterThan(0.01);
  });

  it('need the scores of the K-th items', () => {
    const [users, items] = values.map((x) => tf.tensor2d(x, [batchSize, dim]));
    const options = { ...plain, topK: { ...topK, gradient: 'through' as const } };
    expect(() => inBatchSoftmax(inputOf(users, items, {}), options)).toThrow(/topKScores/);
    tf.dispose([users, items]);
  });
});
