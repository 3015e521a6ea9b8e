import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { softCrossEntropy } from './index.js';

describe.each(RUNNABLE_BACKENDS)('softCrossEntropy on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  // 21 classes: whole vectors and a remainder
  const [numRows, numClasses] = [4, 21];
  const scores = randomMatrix(numRows, numClasses, 'scores');
  const targets = randomMatrix(numRows, numClasses, 'targets').map((x) => x * x);

  it('is the definition', async () => {
    let expected = 0;
    for (let i = 0; i < numRows; i++) {
      const row = [...scores.subarray(i * numClasses, (i + 1) * numClasses)].map((score) => score / 0.3);
      const logSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
      row.forEach((logit, k) => {
        expected -= (targets[i * numClasses + k] * (logit - logSum)) / numRows;
      });
    }
    const [loss] = await readTensor(() =>
      softCrossEntropy({
        scores: tf.tensor2d(scores, [numRows, numClasses]),
        targets: tf.tensor2d(targets, [numRows, numClasses]),
        temperature: 0.3,
      }),
    );
    expect(Math.abs(loss - expected)).toBeLessThan(1e-5 * expected);
  });

  it('has the gradient of finite differences', async () => {
    const shape: [number, number] = [numRows, numClasses];
    const { worst, scale } = await checkGradient(
      (t) => softCrossEntropy({ scores: t, targets: tf.tensor2d(targets, shape), temperature: 0.7 }),
      [{ values: scores, shape }],
    );
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });

  it('is log numClasses for equal scores and stays finite at a temperature of 0.01', async () => {
    const uniform = (rows: number): tf.Tensor2D => tf.fill([rows, numClasses], 1 / numClasses);
    const [equal] = await readTensor(() =>
      softCrossEntropy({ scores: tf.ones([1, numClasses]), targets: uniform(1), temperature: 0.1 }),
    );
    expect(equal).toBeCloseTo(Math.log(numClasses), 5);
    const [sharp] = await readTensor(() =>
      softCrossEntropy({
        scores: tf.tensor2d(scores, [numRows, numClasses]),
        targets: uniform(numRows),
        temperature: 0.01,
      }),
    );
    expect(Number.isFinite(sharp)).toBe(true);
  });

  it('refuses targets of another size and a temperature of 0', () => {
    expect(() => softCrossEntropy({ scores: tf.zeros([2, 3]), targets: tf.zeros([3, 2]), temperature: 1 })).toThrow(
      /targets: expected shape \[2, 3\], got \[3, 2\]/,
    );
    expect(() => softCrossEntropy({ scores: tf.zeros([2, 3]), targets: tf.zeros([2, 3]), temperature: 0 })).toThrow(
      /temperature/,
    );
    tf.disposeVariables();
  });
});
