/** Temperatures: schedules at their ends, bounds and gradient of the learned one, Adap-τ against its formula. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../../tests/finite-differences.js';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { useBackend } from '../../backend/index.js';
import { raggedFromPairs } from '../../core/ragged.js';
import { Rng } from '../../core/rng.js';
import {
  adaptiveTemperatures,
  diagonal,
  infoNce,
  initialTheta,
  lambertW,
  learnedTemperature,
  scheduledTemperature,
  type UnitEmbeddings,
} from '../index.js';

const dim = 4;
const unit = (values: Float32Array): Float32Array =>
  values.map((value, at) => value / Math.hypot(...values.subarray(at - (at % dim), at - (at % dim) + dim)));

beforeAll(async () => {
  await useBackend('wasm');
});

describe('a scheduled temperature', () => {
  it.each(['linear', 'cosine'] as const)('%s goes from one end to the other and stays', (shape) => {
    const options = { name: 'scheduled', from: 0.5, to: 0.1, steps: 100, shape } as const;
    expect(scheduledTemperature(options, 1)).toBeCloseTo(0.5, 10);
    expect(scheduledTemperature(options, 51)).toBeCloseTo(0.3, 10);
    expect(scheduledTemperature(options, 101)).toBeCloseTo(0.1, 10);
    expect(scheduledTemperature(options, 5000)).toBeCloseTo(0.1, 10);
    const quarter = scheduledTemperature(options, 26);
    expect(quarter).toBeCloseTo(shape === 'linear' ? 0.4 : 0.5 - 0.2 * (1 - Math.SQRT1_2), 10);
  });
});

describe('a learned temperature', () => {
  const options = { name: 'learned', initial: 0.2, min: 0.05, max: 1 } as const;
  const at = (theta: number): number =>
    tf.tidy(() => learnedTemperature(tf.tensor2d([theta], [1, 1]), options).dataSync()[0]);

  it('begins where it should and never leaves its bounds', () => {
    expect(at(initialTheta(options))).toBeCloseTo(0.2, 5);
    expect(at(-1e4)).toBeCloseTo(0.05, 6);
    expect(at(1e4)).toBeCloseTo(1, 5);
  });

  it('has the gradient of finite differences through the fused softmax, with the embeddings', async () => {
    const [first, second] = ['first', 'second'].map((name) => unit(randomMatrix(5, dim, 'learned', name)));
    const { worst, scale } = await checkGradient(
      (theta, a, b) => infoNce(a, b, diagonal(5), learnedTemperature(theta, options)),
      [
        { values: Float32Array.of(0.3), shape: [1, 1] },
        { values: first, shape: [5, dim] },
        { values: second, shape: [5, dim] },
      ],
    );
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5e-3);
  });

  it('is the fixed one at the same value', () => {
    const rows = tf.tensor2d(unit(randomMatrix(5, dim, 'rows')), [5, dim]);
    const theta = tf.tensor2d([initialTheta(options)], [1, 1]);
    const [learned, fixed] = [learnedTemperature(theta, options), 0.2].map(
      (temperature) => infoNce(rows, rows, diagonal(5), temperature).dataSync()[0],
    );
    expect(learned).toBeCloseTo(fixed, 5);
  });
});

describe('lambertW', () => {
  it('is the inverse of w·e^w', () => {
    for (const w of [-0.999, -0.7, -0.3, -1e-6, 0, 1e-6, 0.3, 1, 2.5, 5]) {
      expect(lambertW(w * Math.exp(w))).toBeCloseTo(w, 6);
    }
  });

  it('is Ω at 1, and −1 at and below −1/e', () => {
    expect(lambertW(1)).toBeCloseTo(0.5671432904, 9);
    expect(lambertW(-1 / Math.E)).toBe(-1);
    expect(lambertW(-3)).toBe(-1);
  });
});

describe('adaptiveTemperatures', () => {
  const [numUsers, numItems] = [6, 30];
  const users = unit(randomMatrix(numUsers, dim, 'adaptive-users'));
  const items = unit(randomMatrix(numItems, dim, 'adaptive-items'));
  const pairs: [number, number][] = [0, 1, 2, 3, 4].flatMap((user) =>
    [0, 1, 2, 3].map((k): [number, number] => [user, (7 * user + 5 * k) % numItems]),
  );
  const history = raggedFromPairs(
    Int32Array.from(pairs, ([user]) => user),
    Int32Array.from(pairs, ([, item]) => item),
    numUsers,
  );
  const cos = (user: number, item: number): number => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += users[user * dim + d] * items[item * dim + d];
    return sum;
  };
  const options = { name: 'adaptive', beta: 0.8, min: 0.01, max: 50 } as const;
  const odds = Math.log((numUsers * numItems) / (2 * pairs.length));

  it('is the formula, user by user; one without items has τ₀', async () => {
    const all = Array.from({ length: numUsers }, (_, u) =>
      Array.from({ length: numItems }, (_, i) => cos(u, i)),
    ).flat();
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    // a gap that the formula can divide by: positives are pulled towards their users
    const near: UnitEmbeddings = { dim, users, items };
    const gap = Math.max(0.01, mean(pairs.map(([u, i]) => cos(u, i))) - mean(all));
    const base = Math.min(50, Math.max(0.01, gap / odds));
    const losses = [0, 1, 2, 3, 4].map((user) =>
      mean(
        pairs
          .filter(([u]) => u === user)
          .map(([, item]) => {
            const logits = Array.from({ length: numItems }, (_, i) => cos(user, i) / base);
            const top = Math.max(...logits);
            return top + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - top), 0)) - cos(user, item) / base;
          }),
      ),
    );
    const expected = losses.map((value) => Math.max(0.01, base * Math.exp(lambertW((value - mean(losses)) / 0.8))));
    const actual = await adaptiveTemperatures(history, numItems, near, options, Rng.of(1));
    for (const [user, value] of [...expected, base].entries()) expect(actual[user]).toBeCloseTo(value, 4);
    expect(new Set(actual).size).toBeGreaterThan(2);
  });

  it('is one for all before there are embeddings, and stays within its bounds', async () => {
    const before = await adaptiveTemperatures(history, numItems, undefined, options, Rng.of(1));
    for (const value of before) expect(value).toBeCloseTo(0.7 / odds, 5);
    const tight = { ...options, min: 0.19, max: 0.21 };
    for (const value of await adaptiveTemperatures(history, numItems, { dim, users, items }, tight, Rng.of(1))) {
      expect(value).toBeGreaterThanOrEqual(0.19 - 1e-6);
      expect(value).toBeLessThanOrEqual(0.21 + 1e-6);
    }
  });
});
