/** Every loss: definition in plain float64, closed forms, gradients by finite differences, batch of one. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { useBackend } from '../backend/index.js';
import { emptyRagged, type Ragged } from '../core/ragged.js';
import { sinkhornCodes } from '../ops/index.js';
import {
  bpr,
  diagonal,
  embeddingL2,
  inBatchSoftmax,
  infoNce,
  logitPlan,
  type MainLossInput,
  swappedPrediction,
} from './index.js';

const dim = 4;
const rowsOf = (values: ArrayLike<number>): number[][] =>
  Array.from({ length: values.length / dim }, (_, i) => Array.from({ length: dim }, (_, d) => values[i * dim + d]));
const dot = (a: number[], b: number[]) => a.reduce((sum, value, d) => sum + value * b[d], 0);
const unit = (values: Float32Array): Float32Array =>
  Float32Array.from(rowsOf(values).flatMap((row) => row.map((value) => value / Math.hypot(...row))));
const matrix = (values: Float32Array) => tf.tensor2d(values, [values.length / dim, dim]);
const input = (values: Float32Array) => ({ values, shape: [values.length / dim, dim] as [number, number] });
const scalar = (make: () => tf.Scalar): number => tf.tidy(() => make().dataSync()[0]);
const logSumExp = (values: number[]) => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

type Corrections = { temperature: number; logQ?: Float32Array; masked?: Ragged };

/** In-batch softmax with the first rows of the candidates as positives. */
function batchSoftmax(users: tf.Tensor2D, keys: tf.Tensor2D, { temperature, logQ, masked }: Corrections): tf.Scalar {
  const batchSize = users.shape[0];
  const input: MainLossInput = {
    users,
    positives: tf.slice(keys, [0, 0], [batchSize, dim]),
    positiveLogQ: (logQ ?? new Float32Array(batchSize)).slice(0, batchSize),
    shared: {
      keys,
      positivesFirst: true,
      logQ: logQ ?? new Float32Array(keys.shape[0]),
      masked: masked ?? emptyRagged(batchSize),
    },
  };
  return inBatchSoftmax(input, { temperature, logQ: logQ ? 'frequency' : 'none' });
}

function bprOf(users: tf.Tensor2D, positives: tf.Tensor2D, negatives: tf.Tensor2D): tf.Scalar {
  const numSlots = negatives.shape[0];
  const [logQ, logWeight] = [new Float32Array(numSlots), new Float32Array(numSlots)];
  const own = { perQuery: numSlots / users.shape[0], keys: negatives, logQ, logWeight };
  return bpr({ users, positives, positiveLogQ: new Float32Array(users.shape[0]), own });
}

async function expectGradient(f: (...args: tf.Tensor2D[]) => tf.Scalar, ...inputs: Float32Array[]): Promise<void> {
  const { worst, scale } = await checkGradient(f, inputs.map(input));
  expect(scale).toBeGreaterThan(0.01);
  expect(worst).toBeLessThan(5e-3);
}

beforeAll(async () => {
  await useBackend('wasm');
});

describe('in-batch softmax', () => {
  const users = unit(randomMatrix(5, dim, 'users'));
  const items = unit(randomMatrix(8, dim, 'items'));
  const logQ = Float32Array.from({ length: 8 }, (_, i) => -1 - i / 4);
  const masked = { offsets: Int32Array.from([0, 1, 1, 2, 2, 2]), values: Int32Array.from([3, 7]) };

  it('is the definition, logQ subtracted from every logit, masked candidates left out', () => {
    const [u, v] = [rowsOf(users), rowsOf(items)];
    const hidden = [[3], [], [7], [], []];
    const expected = u.map((row, i) => {
      const logits = v.map((item, j) => dot(row, item) / 0.2 - logQ[j]);
      return logSumExp(logits.filter((_, j) => !hidden[i].includes(j))) - logits[i];
    });
    const actual = scalar(() => batchSoftmax(matrix(users), matrix(items), { temperature: 0.2, logQ, masked }));
    expect(actual).toBeCloseTo(mean(expected), 5);
  });

  it('does not change when every candidate is equally likely', () => {
    const even = new Float32Array(8).fill(-3);
    const [plain, corrected] = [undefined, even].map((q) =>
      scalar(() => batchSoftmax(matrix(users), matrix(items), { temperature: 0.2, logQ: q })),
    );
    expect(corrected).toBeCloseTo(plain, 5);
  });

  it('has the gradient of finite differences', async () => {
    await expectGradient((u, v) => batchSoftmax(u, v, { temperature: 0.5, logQ, masked }), users, items);
  });

  it('is 0 for a batch of one', () => {
    const one = matrix(users.slice(0, dim));
    expect(scalar(() => batchSoftmax(one, one, { temperature: 0.1 }))).toBeCloseTo(0, 6);
  });

  it('does not care about the order of the batch', () => {
    const order = [3, 0, 4, 1, 2];
    const permuted = (values: Float32Array) =>
      Float32Array.from(order.flatMap((i) => [...values.subarray(i * dim, (i + 1) * dim)]));
    const head = items.slice(0, 5 * dim);
    const straight = scalar(() => batchSoftmax(matrix(users), matrix(head), { temperature: 0.2 }));
    const shuffled = scalar(() => batchSoftmax(matrix(permuted(users)), matrix(permuted(head)), { temperature: 0.2 }));
    expect(shuffled).toBeCloseTo(straight, 5);
  });
});

describe('logitPlan', () => {
  it('turns log-probabilities into a bias of the other sign, and nothing into nothing', () => {
    const plan = logitPlan(diagonal(2), { temperature: 0.5, logQ: Float32Array.of(-2, -3) });
    expect(plan).toMatchObject({ temperature: 0.5, positive: Int32Array.of(0, 1), keyBias: Float32Array.of(2, 3) });
    expect(logitPlan(diagonal(2), { temperature: 0.5 }).keyBias).toBeUndefined();
  });
});

describe('BPR', () => {
  const users = randomMatrix(3, dim, 'bpr-users');
  const positives = randomMatrix(3, dim, 'bpr-positives');
  const negatives = randomMatrix(6, dim, 'bpr-negatives');

  it('is the mean of −log σ over all pairs', () => {
    const [u, p, n] = [rowsOf(users), rowsOf(positives), rowsOf(negatives)];
    const pairs = n.map((negative, k) => {
      const i = Math.floor(k / 2);
      return Math.log(1 + Math.exp(dot(u[i], negative) - dot(u[i], p[i])));
    });
    expect(scalar(() => bprOf(matrix(users), matrix(positives), matrix(negatives)))).toBeCloseTo(mean(pairs), 5);
  });

  it('is log 2 when positive and negative are alike', () => {
    expect(scalar(() => bprOf(matrix(users), matrix(positives), matrix(positives)))).toBeCloseTo(Math.LN2, 6);
  });

  it('has the gradient of finite differences', async () => {
    await expectGradient((u, p, n) => bprOf(u, p, n), users, positives, negatives);
  });
});

describe('InfoNCE', () => {
  const anchors = unit(randomMatrix(4, dim, 'anchors'));
  const candidates = unit(randomMatrix(9, dim, 'candidates'));
  const positive = Int32Array.of(8, 2, 0, 5);

  it('is the definition, each anchor against all candidates', () => {
    const all = rowsOf(candidates);
    const expected = rowsOf(anchors).map((anchor, i) => {
      const logits = all.map((candidate) => dot(anchor, candidate) / 0.3);
      return logSumExp(logits) - logits[positive[i]];
    });
    expect(scalar(() => infoNce(matrix(anchors), matrix(candidates), positive, 0.3))).toBeCloseTo(mean(expected), 5);
  });

  it('has a closed form for orthogonal nodes in equal views: log(1 + (n−1) e^(−1/τ))', () => {
    const eye = Float32Array.from({ length: dim * dim }, (_, i) => (i % (dim + 1) === 0 ? 1 : 0));
    const actual = scalar(() => infoNce(matrix(eye), matrix(eye), diagonal(dim), 0.25));
    expect(actual).toBeCloseTo(Math.log(1 + (dim - 1) * Math.exp(-4)), 5);
  });

  it('has the gradient of finite differences', async () => {
    await expectGradient((a, c) => infoNce(a, c, positive, 0.5), anchors, candidates);
  });
});

describe('swapped prediction', () => {
  const options = { temperature: 0.3, epsilon: 0.2, iterations: 3 };
  const first = unit(randomMatrix(6, dim, 'first'));
  const second = unit(randomMatrix(6, dim, 'second'));
  const prototypes = randomMatrix(3, dim, 'prototypes');

  function naive(z1: Float32Array, z2: Float32Array): number {
    const centres = rowsOf(unit(prototypes));
    const scores = [z1, z2].map((z) => rowsOf(z).map((row) => centres.map((centre) => dot(row, centre))));
    const codes = scores.map((s) => sinkhornCodes(tf.tensor2d(s), options).codes.dataSync<'float32'>());
    const cross = (q: Float32Array, s: number[][]) =>
      mean(
        s.map((row, i) => {
          const logits = row.map((score) => score / options.temperature);
          return -logits.reduce((sum, logit, k) => sum + q[i * 3 + k] * (logit - logSumExp(logits)), 0);
        }),
      );
    return 0.5 * (cross(codes[1], scores[0]) + cross(codes[0], scores[1]));
  }

  it('is the definition: each side predicts the other one’s codes', () => {
    const actual = scalar(() => swappedPrediction(matrix(first), matrix(second), matrix(prototypes), options).loss);
    expect(actual).toBeCloseTo(naive(first, second), 5);
    // predicting one's own codes is another value, so a missing swap shows
    expect(Math.abs(naive(first, first) - naive(first, second))).toBeGreaterThan(1e-3);
  });

  it('is symmetric in its sides', () => {
    const [there, back] = [
      [first, second],
      [second, first],
    ].map(([a, b]) => scalar(() => swappedPrediction(matrix(a), matrix(b), matrix(prototypes), options).loss));
    expect(back).toBeCloseTo(there, 6);
  });

  it('does not depend on the length of the prototypes', () => {
    const scaled = prototypes.map((value) => value * 5);
    const [a, b] = [prototypes, scaled].map((c) =>
      scalar(() => swappedPrediction(matrix(first), matrix(second), matrix(c), options).loss),
    );
    expect(b).toBeCloseTo(a, 5);
  });

  it('is log K when all prototypes coincide', () => {
    const same = Float32Array.from([1, 2, 3].flatMap(() => [1, 0, 0, 0]));
    const value = scalar(() => swappedPrediction(matrix(first), matrix(second), matrix(same), options).loss);
    expect(value).toBeCloseTo(Math.log(3), 5);
  });

  it('has the gradient of finite differences with codes held fixed', async () => {
    // a large epsilon makes codes almost uniform whatever the scores, so that holding them fixed changes nothing
    const flat = { ...options, epsilon: 1000 };
    await expectGradient((a, b, c) => swappedPrediction(a, b, c, flat).loss, first, second, prototypes);
  });

  it('reports how far codes are from equal shares', () => {
    const columnError = scalar(
      () =>
        swappedPrediction(matrix(first), matrix(second), matrix(prototypes), { ...options, iterations: 200 })
          .columnError,
    );
    expect(columnError).toBeLessThan(1e-4);
  });
});

describe('L2 on the batch', () => {
  it('is half the squared length over the batch size', async () => {
    const rows = Float32Array.from([1, 2, 0, 0, 3, 0, 0, 0]);
    expect(scalar(() => embeddingL2([matrix(rows), matrix(rows)], 2))).toBeCloseTo((2 * 14) / 4, 6);
    await expectGradient((x) => embeddingL2([x], 2), rows);
  });
});
