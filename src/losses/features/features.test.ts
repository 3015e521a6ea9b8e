/** Losses on what is known of entities, against their formulas in float64. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../../tests/finite-differences.js';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { useBackend } from '../../backend/index.js';
import { contentAlignment, featureContrast, scoreDistillation } from '../index.js';

const SHAPE: [number, number] = [6, 5];
const unit = (label: string): Float32Array => {
  const values = randomMatrix(...SHAPE, label);
  return values.map((value, i) => value / Math.hypot(...values.subarray(i - (i % 5), i - (i % 5) + 5)));
};
const [first, second] = [unit('features-first'), unit('features-second')];

function naiveInfoNce(a: Float32Array, b: Float32Array, temperature: number): number {
  const dot = (i: number, j: number): number =>
    [0, 1, 2, 3, 4].reduce((sum, d) => sum + a[i * 5 + d] * b[j * 5 + d], 0) / temperature;
  const losses = [0, 1, 2, 3, 4, 5].map(
    (i) => Math.log([0, 1, 2, 3, 4, 5].reduce((sum, j) => sum + Math.exp(dot(i, j)), 0)) - dot(i, i),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / 6;
}

describe.each(RUNNABLE_BACKENDS)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each([0.1, 0.7])('are InfoNCE in one direction and in both, at temperature %d', async (temperature) => {
    const values = tf.tidy(() => {
      const [a, b] = [tf.tensor2d(first, SHAPE), tf.tensor2d(second, SHAPE)];
      return tf.stack([featureContrast(a, b, { temperature }), contentAlignment(a, b, { temperature })]);
    });
    const [contrast, alignment] = await values.data();
    values.dispose();
    const [there, back] = [naiveInfoNce(first, second, temperature), naiveInfoNce(second, first, temperature)];
    expect(contrast).toBeCloseTo(there, 4);
    expect(alignment).toBeCloseTo((there + back) / 2, 4);
  });

  it.each([0.3, 1])(
    'distillation is the cross-entropy of the teacher’s softmax, at temperature %d',
    async (temperature) => {
      const loss = tf.tidy(() =>
        scoreDistillation(tf.tensor2d(first, SHAPE), tf.tensor2d(second, SHAPE), { temperature }),
      );
      const [value] = await loss.data();
      loss.dispose();
      const shares = (scores: Float32Array): number[] => {
        const powers = Array.from(scores, (score) => Math.exp(score / temperature));
        const total = powers.reduce((sum, power) => sum + power, 0);
        return powers.map((power) => power / total);
      };
      const rows = [0, 1, 2, 3, 4, 5].map((row) => {
        const [taught, learned] = [first, second].map((all) => shares(all.subarray(row * 5, row * 5 + 5)));
        return -taught.reduce((sum, share, i) => sum + share * Math.log(learned[i]), 0);
      });
      expect(value).toBeCloseTo(rows.reduce((sum, loss) => sum + loss, 0) / 6, 4);
    },
  );

  it('distillation has the gradient of finite differences in what the student scores', async () => {
    const { worst, scale } = await checkGradient(
      (scores) => scoreDistillation(tf.tensor2d(first, SHAPE), scores, { temperature: 0.3 }),
      [{ values: second, shape: SHAPE }],
    );
    expect(scale).toBeGreaterThan(0.01);
    expect(worst).toBeLessThan(5e-3);
  });

  it.each([
    ['contrast', featureContrast],
    ['alignment', contentAlignment],
  ])('%s has the gradient of finite differences', async (_, loss) => {
    const { worst, scale } = await checkGradient(
      (a, b) => loss(a, b, { temperature: 0.3 }),
      [first, second].map((values) => ({ values, shape: SHAPE })),
    );
    expect(scale).toBeGreaterThan(0.01);
    expect(worst).toBeLessThan(5e-3);
  });
});
