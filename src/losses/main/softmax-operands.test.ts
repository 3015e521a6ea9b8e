/**
 * softmaxOperands: every form of input against a float64 oracle over all its candidates, and gradients; what live keys carry
 * for stored ones, on every backend.
 */
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkGradient } from '../../../tests/finite-differences.js';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { useBackend } from '../../backend/index.js';
import { inBatchSoftmax, type MainLossInput, type SoftmaxCorrections } from '../index.js';

const dim = 4;
const batchSize = 5;
const numKeys = 8;
const perQuery = 2;
const values = {
  users: randomMatrix(batchSize, dim, 'operands-users'),
  keys: randomMatrix(numKeys, dim, 'operands-keys'),
  own: randomMatrix(batchSize * perQuery, dim, 'operands-own'),
};
const positives = values.keys.slice(0, batchSize * dim);
const logQ = Float32Array.from({ length: numKeys }, (_, i) => -2 - i / 4);
const masked = { offsets: Int32Array.of(0, 2, 2, 3, 3, 4), values: Int32Array.of(3, 6, 7, 0) };
const maskedBias = Float32Array.of(-0.7, Number.NEGATIVE_INFINITY, -2, -0.1);
const ownLogQ = Float32Array.from({ length: batchSize * perQuery }, (_, i) => -3 - i / 5);
const ownLogWeight = Float32Array.from(
  { length: batchSize * perQuery },
  (_, i) => [0, -0.5, Number.NEGATIVE_INFINITY][i % 3],
);
// query 4 has no own negative at all
ownLogWeight.fill(Number.NEGATIVE_INFINITY, 4 * perQuery);
const weight = Float32Array.of(0.1, 0.3, 0.2, 0.25, 0.15);

type Form = { shared: boolean; positivesFirst: boolean; own: boolean };

function inputOf(users: tf.Tensor2D, keys: tf.Tensor2D, own: tf.Tensor2D, form: Form): MainLossInput {
  return {
    users,
    positives: tf.slice(keys, [0, 0], [batchSize, dim]),
    positiveLogQ: logQ.slice(0, batchSize),
    weight,
    ...(form.shared && { shared: { keys, positivesFirst: form.positivesFirst, logQ, masked, maskedBias } }),
    ...(form.own && { own: { perQuery, keys: own, logQ: ownLogQ, logWeight: ownLogWeight } }),
  };
}

/** Over all candidates of each query, in float64. */
function oracle(form: Form, { temperature, logQ: kind }: SoftmaxCorrections): number {
  const dot = (a: Float32Array, i: number, b: Float32Array, j: number): number => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += a[i * dim + d] * b[j * dim + d];
    return sum;
  };
  let total = 0;
  for (let i = 0; i < batchSize; i++) {
    const negatives: number[] = [];
    for (let j = 0; form.shared && j < numKeys; j++) {
      if (form.positivesFirst && j === i) continue;
      let logit = dot(values.users, i, values.keys, j) / temperature - (kind === 'none' ? 0 : logQ[j]);
      for (let at = masked.offsets[i]; at < masked.offsets[i + 1]; at++) {
        if (masked.values[at] === j) logit += maskedBias[at];
      }
      if (logit > Number.NEGATIVE_INFINITY) negatives.push(logit);
    }
    for (let s = i * perQuery; form.own && s < (i + 1) * perQuery; s++) {
      const logit =
        dot(values.users, i, values.own, s) / temperature - (kind === 'none' ? 0 : ownLogQ[s]) + ownLogWeight[s];
      if (logit > Number.NEGATIVE_INFINITY) negatives.push(logit);
    }
    let positive = dot(values.users, i, positives, i) / temperature;
    if (kind === 'frequency') positive -= logQ[i];
    if (kind === 'refined') positive += Math.log(Math.max(1, negatives.length)) - Math.log(1 - Math.exp(logQ[i]));
    const all = [positive, ...negatives];
    total += weight[i] * (Math.log(all.reduce((sum, logit) => sum + Math.exp(logit), 0)) - positive);
  }
  return total;
}

const FORMS: Form[] = [
  { shared: true, positivesFirst: true, own: false },
  { shared: true, positivesFirst: true, own: true },
  { shared: true, positivesFirst: false, own: false },
  { shared: true, positivesFirst: false, own: true },
  { shared: false, positivesFirst: false, own: true },
];
const CASES = FORMS.flatMap((form) => (['none', 'frequency', 'refined'] as const).map((kind) => [form, kind] as const));

beforeEach(async () => {
  await useBackend('wasm');
});

describe.each(CASES)('input %j, logQ %s', (form, kind) => {
  const corrections = { temperature: 0.6, logQ: kind };
  const make = (...[users, keys, own]: tf.Tensor2D[]) => inputOf(users, keys, own, form);
  const inputs = [
    { values: values.users, shape: [batchSize, dim] as [number, number] },
    { values: values.keys, shape: [numKeys, dim] as [number, number] },
    { values: values.own, shape: [batchSize * perQuery, dim] as [number, number] },
  ];
  const tensors = () => inputs.map((input) => tf.tensor2d(input.values, input.shape));

  it.each([false, true])('is the oracle, positive apart: %s', (positiveApart) => {
    const loss = tf.tidy(() => inBatchSoftmax(make(...tensors()), { ...corrections, positiveApart }).dataSync()[0]);
    expect(loss).toBeCloseTo(oracle(form, corrections), 4);
  });

  it('has the gradient of finite differences', async () => {
    const used = form.own ? inputs : inputs.slice(0, 2);
    const { worst, scale } = await checkGradient((...given) => {
      const [users, keys, own] = given as tf.Tensor2D[];
      return inBatchSoftmax(
        make(users, keys, own ?? tf.tensor2d(values.own, [batchSize * perQuery, dim])),
        corrections,
      );
    }, used);
    expect(scale).toBeGreaterThan(0.01);
    expect(worst).toBeLessThan(5e-3);
  });
});

const CARRIED = RUNNABLE_BACKENDS.flatMap((backend) =>
  (['none', 'frequency', 'refined'] as const).map((kind) => [backend, kind] as const),
);
describe.each(CARRIED)('live keys that stand for stored copies on %s, logQ %s', (backend, kind) => {
  beforeEach(async () => {
    await useBackend(backend);
  });

  const corrections = { temperature: 0.6, logQ: kind };
  const plain = { offsets: new Int32Array(batchSize + 1), values: new Int32Array(0) };
  // each key twice; every query's own positive counts once
  const twice = {
    offsets: Int32Array.from({ length: batchSize + 1 }, (_, row) => row),
    values: Int32Array.from({ length: batchSize }, (_, row) => numKeys + row),
  };
  const doubled = Float32Array.from([...logQ, ...logQ]);
  const form = { shared: true, positivesFirst: true, own: false };
  const gradientsOf = async (sharedOf: (keys: tf.Tensor2D) => Partial<MainLossInput['shared']>) => {
    const rows = (of: Float32Array) => tf.tensor2d(of, [of.length / dim, dim]);
    const loss = tf.valueAndGrads((users, keys) => {
      const input = inputOf(users as tf.Tensor2D, keys as tf.Tensor2D, users as tf.Tensor2D, form);
      const shared = { positivesFirst: true, logQ: doubled, masked: twice, ...sharedOf(keys as tf.Tensor2D) };
      return inBatchSoftmax({ ...input, shared: shared as MainLossInput['shared'] }, corrections);
    });
    const results = tf.tidy(() => {
      const { value, grads } = loss([rows(values.users), rows(values.keys)]);
      return [value, ...grads];
    });
    const read = await Promise.all(results.map(async (tensor) => Array.from(await tensor.data())));
    tf.dispose(results);
    return read;
  };

  it('get the gradient of a loss in which the copies are live', async () => {
    const before = tf.memory().numTensors;
    const all = await gradientsOf((keys) => ({ keys: tf.concat([keys, keys], 0) }));
    const copies = () => tf.tensor2d(values.keys, [numKeys, dim]);
    const gradientScale = new Float32Array(2 * numKeys).fill(1).fill(2, 0, numKeys);
    const carried = await gradientsOf((keys) => ({ keys: tf.concat([keys, copies()], 0), gradientScale }));
    const alone = await gradientsOf((keys) => ({ keys: tf.concat([keys, copies()], 0) }));
    expect(tf.memory().numTensors).toBe(before);
    for (const [which, expected] of all.entries()) {
      for (const [at, value] of expected.entries()) expect(carried[which][at]).toBeCloseTo(value, 4);
    }
    // without the factor queries agree and items don't
    const apart = (which: number) => Math.max(...all[which].map((value, at) => Math.abs(value - alone[which][at])));
    expect(apart(1)).toBeLessThan(1e-4);
    expect(apart(2)).toBeGreaterThan(0.01);
  });

  it('are no other loss where the factor is 1', async () => {
    const gradientScale = new Float32Array(numKeys).fill(1);
    const of = (more: object) => gradientsOf((keys) => ({ keys, logQ, masked: plain, ...more }));
    const [plainOnes, scaled] = [await of({}), await of({ gradientScale })];
    for (const [which, expected] of plainOnes.entries()) {
      for (const [at, value] of expected.entries()) expect(scaled[which][at]).toBeCloseTo(value, 4);
    }
  });
});

it('refined: where nothing drawn is corrected for, the positive is not either', () => {
  const form = { shared: true, positivesFirst: false, own: false };
  const [users, keys] = [values.users, values.keys].map((rows) => tf.tensor2d(rows, [rows.length / dim, dim]));
  const input = inputOf(users, keys, users, form);
  const uncorrected: MainLossInput = {
    ...input,
    positiveLogQ: new Float32Array(batchSize),
    shared: { ...input.shared!, logQ: new Float32Array(numKeys) },
  };
  const [refined, none] = (['refined', 'none'] as const).map(
    (logQ) => inBatchSoftmax(uncorrected, { temperature: 0.6, logQ }).dataSync()[0],
  );
  expect(refined).toBeCloseTo(none, 6);
});

it('refined: has the gradient of the paper’s weighted surrogate (arXiv 2507.09331, section 3.3)', () => {
  const form = { shared: true, positivesFirst: false, own: false };
  const temperature = 0.6;
  const plain = { offsets: new Int32Array(batchSize + 1), values: new Int32Array(0) };
  const [users, keys] = [values.users, values.keys].map((rows) => tf.tensor2d(rows, [rows.length / dim, dim]));
  const input = (u: tf.Tensor2D, k: tf.Tensor2D): MainLossInput => ({
    ...inputOf(u, k, u, form),
    weight: undefined,
    shared: { keys: k, positivesFirst: false, logQ, masked: plain },
  });
  const ours = tf.grads((u, k) =>
    inBatchSoftmax(input(u as tf.Tensor2D, k as tf.Tensor2D), { temperature, logQ: 'refined' }),
  );
  const logNegatives = (u: tf.Tensor, k: tf.Tensor): tf.Tensor => {
    const scores = tf.div(tf.matMul(u as tf.Tensor2D, k as tf.Tensor2D, false, true), temperature);
    const corrected = logQ.slice(0, batchSize).map((value) => Math.log(1 - Math.exp(value)));
    return tf.logSumExp(tf.add(tf.sub(scores, tf.tensor1d(logQ)), tf.tensor2d(corrected, [batchSize, 1])), 1);
  };
  const positiveOf = (u: tf.Tensor, k: tf.Tensor): tf.Tensor =>
    tf.div(tf.sum(tf.mul(u, tf.slice(k as tf.Tensor2D, [0, 0], [batchSize, dim])), 1), temperature);
  const fixed = tf.sub(positiveOf(users, keys), tf.sub(logNegatives(users, keys), Math.log(numKeys)));
  const surrogateWeight = tf.sigmoid(tf.neg(fixed));
  const paper = tf.grads(
    (u, k) => tf.mean(tf.mul(surrogateWeight, tf.sub(logNegatives(u, k), positiveOf(u, k)))) as tf.Scalar,
  );
  const [a, b] = [ours([users, keys]), paper([users, keys])];
  for (const [i, gradient] of a.entries()) {
    const [x, y] = [gradient.dataSync(), b[i].dataSync()];
    for (let at = 0; at < x.length; at++) expect(x[at]).toBeCloseTo(y[at], 4);
  }
});
