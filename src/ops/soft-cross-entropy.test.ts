import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
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

  it('is the definition', () => {
    let expected = 0;
    for (let i = 0; i < numRows; i++) {
      const row = [...scores.subarray(i * numClasses, (i + 1) * numClasses)].map((score) => score / 0.3);
      const logSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
      row.forEach((logit, k) => {
        expected -= (targets[i * numClasses + k] * (logit - logSum)) / numRows;
      });
    }
    const loss = tf.tidy(
      () => softCrossEntropy(tf.tensor2d(scores, [numRows, numClasses]), targets, 0.3).dataSync()[0],
    );
    expect(Math.abs(loss - expected)).toBeLessThan(1e-5 * expected);
  });

  it('has the gradient of finite differences', () => {
    const shape: [number, number] = [numRows, numClasses];
    const { worst, scale } = checkGradient((t) => softCrossEntropy(t, targets, 0.7), [{ values: scores, shape }]);
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });

  it('is log numClasses for equal scores and stays finite at a temperature of 0.01', () => {
    const uniform = new Float32Array(numClasses).fill(1 / numClasses);
    const equal = tf.tidy(() => softCrossEntropy(tf.ones([1, numClasses]), uniform, 0.1).dataSync()[0]);
    expect(equal).toBeCloseTo(Math.log(numClasses), 5);
    const sharp = tf.tidy(
      () => softCrossEntropy(tf.tensor2d(scores, [numRows, numClasses]), targets, 0.01).dataSync()[0],
    );
    expect(Number.isFinite(sharp)).toBe(true);
  });

  it('refuses targets of another size and a temperature of 0', () => {
    expect(() => softCrossEntropy(tf.zeros([2, 3]), new Float32Array(5), 1)).toThrow(/targets: expected length 6/);
    expect(() => softCrossEntropy(tf.zeros([2, 3]), new Float32Array(6), 0)).toThrow(/temperature/);
    tf.disposeVariables();
  });
});
