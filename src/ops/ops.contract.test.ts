/**
 * Every op on every backend that runs here: values against naive oracles, gradients against finite differences, errors
 * for shapes that do not fit, no tensor left behind.
 */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { denseAdjacency, naiveProduct, randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { currentKernels, useBackend } from '../backend/index.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { l2Normalize, lookup, propagate, similarity, softmaxLoss } from './index.js';

const TOLERANCE = 5e-3;

const matrix = (values: Float32Array, rows: number) => tf.tensor2d(values, [rows, values.length / rows]);
const input = (values: Float32Array, rows: number) =>
  ({ values, shape: [rows, values.length / rows] as [number, number] }) as const;
/** A scalar that weighs every entry differently, so that a permuted or transposed gradient shows. */
const probe = (x: tf.Tensor2D): tf.Scalar =>
  tf.sum(tf.mul(x, tf.tensor2d(randomMatrix(x.shape[0], x.shape[1], 'probe'), x.shape)));

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i])));
  }
}

/** One softmax cross-entropy a query, written straight from the definition in float64. */
function naiveSoftmaxLoss(
  queries: Float32Array,
  keys: Float32Array,
  dim: number,
  plan: Parameters<typeof softmaxLoss>[2],
): { loss: number; perQuery: number[] } {
  const numQueries = queries.length / dim;
  const numKeys = keys.length / dim;
  const perQuery: number[] = [];
  for (let i = 0; i < numQueries; i++) {
    const { offsets, values } = plan.masked ?? { offsets: new Int32Array(numQueries + 1), values: new Int32Array(0) };
    const added = new Map<number, number>();
    for (let at = offsets[i]; at < offsets[i + 1]; at++) {
      added.set(values[at], plan.maskedBias?.[at] ?? Number.NEGATIVE_INFINITY);
    }
    const logits: number[] = [];
    for (let j = 0; j < numKeys; j++) {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += queries[i * dim + d] * keys[j * dim + d];
      logits.push(dot / plan.temperature + (plan.keyBias?.[j] ?? 0) + (added.get(j) ?? 0));
    }
    const top = Math.max(...logits);
    const counted = logits.filter((_, j) => !(plan.decoupled && j === plan.positive[i]));
    const total = counted.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
    perQuery.push(top + Math.log(total) - logits[plan.positive[i]]);
  }
  const loss = perQuery.reduce((sum, value, i) => sum + value * (plan.queryWeight?.[i] ?? 1 / numQueries), 0);
  return { loss, perQuery };
}

describe.each(RUNNABLE_BACKENDS)('ops on %s', (backend) => {
  let tensorsBefore = 0;
  beforeAll(async () => {
    await useBackend(backend);
  });
  beforeEach(() => {
    tensorsBefore = tf.memory().numTensors;
    tf.engine().startScope();
  });
  afterEach(() => {
    tf.engine().endScope();
    expect(tf.memory().numTensors).toBe(tensorsBefore);
  });

  describe('propagate', () => {
    // 11 columns: one block of eight and a remainder of three
    const dim = 11;
    const graph = randomGraph(6, 9, 0.4, 'propagate');
    const adjacency = normalizedAdjacency(graph);
    const x = randomMatrix(adjacency.numNodes, dim, 'x');

    it('is the dense product', async () => {
      const out = propagate(adjacency, matrix(x, adjacency.numNodes));
      expectClose(await out.data(), naiveProduct(denseAdjacency(graph), x, dim));
    });

    it('has the gradient of finite differences', async () => {
      const { worst, scale } = await checkGradient(
        (t) => probe(propagate(adjacency, t)),
        [input(x, adjacency.numNodes)],
      );
      expect(scale).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(TOLERANCE);
    });

    it('refuses an input with another number of rows', () => {
      expect(() => propagate(adjacency, tf.zeros([3, dim]))).toThrow(/expected shape \[15, \?\], got \[3, 11\]/);
    });
  });

  describe('lookup', () => {
    const table = randomMatrix(5, 3, 'table');
    const indices = Int32Array.from([4, 0, 4, 2]);

    it('takes rows, repeats included', async () => {
      const expected = [...indices].flatMap((index) => [...table.subarray(index * 3, index * 3 + 3)]);
      expectClose(await lookup(matrix(table, 5), indices).data(), expected, 0);
    });

    it('adds up the gradients of a repeated row', async () => {
      const { worst, scale } = await checkGradient((t) => probe(lookup(t, indices)), [input(table, 5)]);
      expect(scale).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(TOLERANCE);
    });

    it('refuses an index outside the table', () => {
      expect(() => lookup(tf.zeros([5, 3]), Int32Array.of(1, 5))).toThrow(/index 5 at position 1 .* 5 rows/);
    });
  });

  describe('l2Normalize', () => {
    it('gives unit rows and keeps a zero row at zero', async () => {
      const values = Float32Array.from([3, 4, 0, 0, 0, -2]);
      expectClose(await l2Normalize(matrix(values, 3)).data(), [0.6, 0.8, 0, 0, 0, -1]);
    });

    it('has the gradient of finite differences', async () => {
      const x = randomMatrix(4, 6, 'normalize');
      const { worst, scale } = await checkGradient((t) => probe(l2Normalize(t)), [input(x, 4)]);
      expect(scale).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(TOLERANCE);
    });
  });

  describe('similarity', () => {
    const a = randomMatrix(4, 5, 'a');
    const b = randomMatrix(3, 5, 'b');

    it('is every inner product', async () => {
      const expected: number[] = [];
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 3; j++) {
          let dot = 0;
          for (let d = 0; d < 5; d++) dot += a[i * 5 + d] * b[j * 5 + d];
          expected.push(dot);
        }
      }
      expectClose(await similarity(matrix(a, 4), matrix(b, 3)).data(), expected);
    });

    it('has the gradient of finite differences in both arguments', async () => {
      const { worst, scale } = await checkGradient((x, y) => probe(similarity(x, y)), [input(a, 4), input(b, 3)]);
      expect(scale).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(TOLERANCE);
    });
  });

  describe('softmaxLoss', () => {
    const dim = 4;
    const queries = randomMatrix(5, dim, 'queries');
    const keys = randomMatrix(7, dim, 'keys');
    const plan = {
      positive: Int32Array.from([0, 6, 2, 2, 4]),
      temperature: 0.7,
      keyBias: Float32Array.from([0.3, -0.2, 0, 1.5, -1, 0.1, 0.7]),
      masked: { offsets: Int32Array.from([0, 2, 2, 3, 3, 4]), values: Int32Array.from([1, 6, 5, 0]) },
      queryWeight: Float32Array.from([0.1, 0.4, 0.2, 0.05, 0.25]),
    };

    it('is the definition, with bias, masks and weights', async () => {
      const loss = softmaxLoss(matrix(queries, 5), matrix(keys, 7), plan);
      const { perQuery } = currentKernels().softmaxLoss(matrix(queries, 5), matrix(keys, 7), plan, true);
      const expected = naiveSoftmaxLoss(queries, keys, dim, plan);
      expectClose(await loss.data(), [expected.loss]);
      expectClose(await perQuery!.data(), expected.perQuery);
    });

    it('has the gradient of finite differences in queries and keys', async () => {
      const { worst, scale } = await checkGradient(
        (q, k) => softmaxLoss(q, k, plan),
        [input(queries, 5), input(keys, 7)],
      );
      expect(scale).toBeGreaterThan(0.05);
      expect(worst).toBeLessThan(TOLERANCE);
    });

    it('adds to the masked logits what maskedBias says', async () => {
      const biased = { ...plan, maskedBias: Float32Array.of(-0.5, Number.NEGATIVE_INFINITY, -2, 0) };
      const expected = naiveSoftmaxLoss(queries, keys, dim, biased);
      expectClose(await softmaxLoss(matrix(queries, 5), matrix(keys, 7), biased).data(), [expected.loss]);
      const { worst, scale } = await checkGradient(
        (q, k) => softmaxLoss(q, k, biased),
        [input(queries, 5), input(keys, 7)],
      );
      expect(scale).toBeGreaterThan(0.05);
      expect(worst).toBeLessThan(TOLERANCE);
      expect(() =>
        softmaxLoss(matrix(queries, 5), matrix(keys, 7), { ...plan, maskedBias: new Float32Array(3) }),
      ).toThrow(/maskedBias: expected length 4, got 3/);
    });

    it('leaves the positive out of its own denominator where decoupled', async () => {
      const apart = { ...plan, decoupled: true };
      const loss = softmaxLoss(matrix(queries, 5), matrix(keys, 7), apart);
      const { perQuery } = currentKernels().softmaxLoss(matrix(queries, 5), matrix(keys, 7), apart, true);
      const expected = naiveSoftmaxLoss(queries, keys, dim, apart);
      expectClose([...(await loss.data()), ...(await perQuery!.data())], [expected.loss, ...expected.perQuery]);
      const { worst, scale } = await checkGradient(
        (q, k) => softmaxLoss(q, k, apart),
        [input(queries, 5), input(keys, 7)],
      );
      expect(scale).toBeGreaterThan(0.05);
      expect(worst).toBeLessThan(TOLERANCE);
    });

    it('is 0 without gradient where decoupled and nothing else is left', async () => {
      const alone = { positive: Int32Array.of(0), temperature: 0.1, decoupled: true } as const;
      const [gq, gk] = tf.grads((q, k) => softmaxLoss(q as tf.Tensor2D, k as tf.Tensor2D, alone))([
        matrix(queries.slice(0, dim), 1),
        matrix(keys.slice(0, dim), 1),
      ]);
      expectClose([...(await gq.data()), ...(await gk.data())], new Float32Array(2 * dim));
    });

    it('is log numKeys when all keys are alike', async () => {
      const same = new Float32Array(6 * dim).fill(0.5);
      const loss = softmaxLoss(matrix(queries, 5), matrix(same, 6), { positive: new Int32Array(5), temperature: 0.2 });
      expectClose(await loss.data(), [Math.log(6)]);
    });

    it('is 0 with the positive as the only candidate', async () => {
      const only = { offsets: Int32Array.of(0, 2), values: Int32Array.of(0, 2) };
      const loss = softmaxLoss(matrix(queries.slice(0, dim), 1), matrix(keys.slice(0, 3 * dim), 3), {
        positive: Int32Array.of(1),
        temperature: 0.1,
        masked: only,
      });
      expectClose(await loss.data(), [0]);
    });

    it('stays finite at temperature 0.01 with unit vectors', async () => {
      const q = l2Normalize(matrix(queries, 5));
      const k = l2Normalize(matrix(keys, 7));
      const [gq, gk] = tf.grads((x, y) =>
        softmaxLoss(x as tf.Tensor2D, y as tf.Tensor2D, { positive: plan.positive, temperature: 0.01 }),
      )([q, k]);
      for (const value of [...(await gq.data()), ...(await gk.data())]) expect(Number.isFinite(value)).toBe(true);
    });

    it('does not depend on how queries are blocked', async () => {
      // 3000 queries × 1500 keys exceed one block of logits; WebGPU's tiles are of 32
      const [numQueries, numKeys] = backend === 'webgpu' ? [300, 150] : [3000, 1500];
      const many = randomMatrix(numQueries, dim, 'many');
      const others = randomMatrix(numKeys, dim, 'others');
      const positive = Int32Array.from({ length: numQueries }, (_, i) => (i * 7) % numKeys);
      const whole = softmaxLoss(matrix(many, numQueries), matrix(others, numKeys), { positive, temperature: 0.5 });
      let parts = 0;
      for (let start = 0; start < numQueries; start += numQueries / 6) {
        const slice = matrix(many.slice(start * dim, (start + numQueries / 6) * dim), numQueries / 6);
        const part = { positive: positive.slice(start, start + numQueries / 6), temperature: 0.5 };
        parts += (await softmaxLoss(slice, matrix(others, numKeys), part).data())[0] / 6;
      }
      expectClose(await whole.data(), [parts]);
    });

    it.each([
      [{ positive: Int32Array.of(0, 0, 0, 0, 7), temperature: 1 }, /positive 7 of query 4 is outside 7 keys/],
      [{ positive: new Int32Array(5), temperature: 0 }, /temperature must be > 0/],
      [{ positive: new Int32Array(4), temperature: 1 }, /positive: expected length 5, got 4/],
      [
        {
          positive: new Int32Array(5),
          temperature: 1,
          masked: { offsets: Int32Array.of(0, 1, 1, 1, 1, 1), values: Int32Array.of(0) },
        },
        /its positive/,
      ],
    ])('refuses a plan that does not fit %#', (bad, message) => {
      expect(() => softmaxLoss(matrix(queries, 5), matrix(keys, 7), bad)).toThrow(message);
    });
  });
});
