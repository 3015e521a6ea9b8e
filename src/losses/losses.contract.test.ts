/**
 * Every entry of the registry under one suite: its definition in plain float64, finite values and gradients down to
 * temperature 0.01, gradients by finite differences, batches whose rows come in another order, the symmetry that it
 * declares, a batch of one.
 */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomMatrix } from '../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { emptyRagged } from '../core/ragged.js';
import { sinkhornCodes } from '../ops/index.js';
import {
  alignmentUniformityLoss,
  bpr,
  bsl,
  cosineContrastive,
  dcl,
  diagonal,
  embeddingL2,
  hinge,
  inBatchSoftmax,
  infoNce,
  LOSS_NAMES,
  type LossName,
  type MainLossInput,
  ntXent,
  prototypeNce,
  sampledSoftmax,
  swappedPrediction,
} from './index.js';

const DIM = 4;
const PER_QUERY = 2;
/** Users of the rows: one repeats. */
const USERS = Int32Array.of(7, 3, 7, 5, 9);

/** Rows of both sides, own negatives of each row, one list that is shared by all: in float64 or as tensors. */
interface Rows<Matrix> {
  readonly first: Matrix;
  readonly second: Matrix;
  /** PER_QUERY a row. */
  readonly own: Matrix;
  /** Not permuted with the batch. */
  readonly shared: Matrix;
}
type Oracle = (rows: Rows<number[][]>, temperature: number, users: Int32Array) => number;
interface Case {
  readonly compute: (rows: Rows<tf.Tensor2D>, temperature: number, users: Int32Array) => tf.Scalar;
  readonly oracle: Oracle;
  /** The same with first and second exchanged. */
  readonly symmetric: boolean;
  /** What it is at a batch of one, for rows that are alike. */
  readonly single?: number;
}

const dot = (a: number[], b: number[]): number => a.reduce((sum, value, d) => sum + value * b[d], 0);
const logSumExp = (values: number[]): number => {
  const top = Math.max(...values);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
};
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const logQ = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => -2 - (i % 3) / 4);

function mainInput(rows: Rows<tf.Tensor2D>, users: Int32Array, kind: 'batch' | 'drawn' | 'pairs'): MainLossInput {
  const { first, second, own, shared } = rows;
  const batchSize = first.shape[0];
  const numSlots = own.shape[0];
  const base = {
    users: first,
    positives: second,
    userIndex: users,
    positiveLogQ: new Float32Array(batchSize).fill(-2),
  };
  if (kind === 'pairs') {
    const [ownLogQ, logWeight] = [new Float32Array(numSlots), new Float32Array(numSlots)];
    return { ...base, own: { perQuery: PER_QUERY, keys: own, logQ: ownLogQ, logWeight } };
  }
  const masked = emptyRagged(batchSize);
  const drawnLogQ = logQ(shared.shape[0]);
  if (kind === 'drawn') return { ...base, shared: { keys: shared, positivesFirst: false, logQ: drawnLogQ, masked } };
  return {
    ...base,
    shared: {
      keys: tf.concat([second, shared], 0),
      positivesFirst: true,
      logQ: Float32Array.from([...base.positiveLogQ, ...drawnLogQ]),
      masked,
    },
  };
}

/** Logits of the negatives of row i, over the batch's other positives or not, and the drawn items. */
function negativeLogits({ first, second, shared }: Rows<number[][]>, i: number, t: number, batch: boolean): number[] {
  const others = batch ? second.flatMap((row, j) => (j === i ? [] : [dot(first[i], row) / t + 2])) : [];
  return [...others, ...shared.map((row, j) => dot(first[i], row) / t - logQ(shared.length)[j])];
}

const softmaxOracle =
  (batch: boolean): Oracle =>
  (rows, t) =>
    mean(
      rows.first.map((user, i) => {
        const positive = dot(user, rows.second[i]) / t + 2;
        return logSumExp([positive, ...negativeLogits(rows, i, t, batch)]) - positive;
      }),
    );

const pairOracle =
  (pair: (positive: number, negative: number) => number): Oracle =>
  ({ first, second, own }) =>
    mean(
      own.map((row, slot) =>
        pair(
          dot(first[Math.floor(slot / PER_QUERY)], second[Math.floor(slot / PER_QUERY)]),
          dot(first[Math.floor(slot / PER_QUERY)], row),
        ),
      ),
    );

const viewOracle =
  (decoupled: boolean): Oracle =>
  ({ first, second }, t) => {
    const all = [...first, ...second];
    return mean(
      all.map((row, i) => {
        const partner = (i + first.length) % all.length;
        const logits = all.map((other) => dot(row, other) / t);
        const counted = logits.filter((_, j) => j !== i && !(decoupled && j === partner));
        return counted.length === 0 ? 0 : logSumExp(counted) - logits[partner];
      }),
    );
  };

const CODES = { epsilon: 1000, iterations: 3 }; // uniform whatever the scores, so that holding codes fixed is exact
const swappedOracle: Oracle = ({ first, second, shared }, t) => {
  const scores = [first, second].map((rows) => rows.map((row) => shared.map((centre) => dot(row, centre))));
  const codes = scores.map((s) => sinkhornCodes(Float32Array.from(s.flat()), s.length, shared.length, CODES).codes);
  const cross = (q: Float32Array, s: number[][]): number =>
    mean(
      s.map((row, i) =>
        row.reduce((sum, score, k) => sum - q[i * row.length + k] * (score / t - logSumExp(row.map((x) => x / t))), 0),
      ),
    );
  return 0.5 * (cross(codes[1], scores[0]) + cross(codes[0], scores[1]));
};
const swapped: Case = {
  compute: ({ first, second, shared }, temperature) =>
    swappedPrediction(first, second, shared, { temperature, ...CODES }).loss,
  oracle: swappedOracle,
  symmetric: true,
};

const uniformityOracle = (rows: number[][]): number => {
  const pairs = rows.flatMap((a, i) =>
    rows.flatMap((b, j) => (i === j ? [] : [-2 * a.reduce((sum, value, d) => sum + (value - b[d]) ** 2, 0)])),
  );
  return pairs.length === 0 ? 0 : logSumExp(pairs) - Math.log(pairs.length);
};

const CASES: Record<LossName, Case> = {
  'in-batch-softmax': {
    compute: (rows, temperature, users) =>
      inBatchSoftmax(mainInput(rows, users, 'batch'), { temperature, logQ: 'frequency' }),
    oracle: softmaxOracle(true),
    symmetric: false,
  },
  'sampled-softmax': {
    compute: (rows, temperature, users) =>
      sampledSoftmax(mainInput(rows, users, 'drawn'), { temperature, logQ: 'frequency' }),
    oracle: softmaxOracle(false),
    symmetric: false,
  },
  bsl: {
    compute: (rows, temperature, users) =>
      bsl(mainInput(rows, users, 'batch'), { temperature, logQ: 'frequency', positiveRatio: 1.5 }),
    oracle: (rows, t, users) =>
      mean(
        rows.first.map((_, i) => {
          const same = rows.first.flatMap((user, k) =>
            users[k] === users[i] ? [dot(user, rows.second[k]) / (1.5 * t)] : [],
          );
          const positives = 1.5 * (logSumExp(same) - Math.log(same.length));
          return logSumExp(negativeLogits(rows, i, t, true)) - positives;
        }),
      ),
    symmetric: false,
  },
  bpr: {
    compute: (rows, _temperature, users) => bpr(mainInput(rows, users, 'pairs')),
    oracle: pairOracle((positive, negative) => Math.log1p(Math.exp(negative - positive))),
    symmetric: false,
  },
  hinge: {
    compute: (rows, _temperature, users) => hinge(mainInput(rows, users, 'pairs'), { margin: 0.7 }),
    oracle: pairOracle((positive, negative) => Math.max(0, 0.7 - positive + negative)),
    symmetric: false,
  },
  'cosine-contrastive': {
    compute: (rows, _temperature, users) =>
      cosineContrastive(mainInput(rows, users, 'pairs'), { margin: 0.1, negativeWeight: 5 }),
    oracle: pairOracle((positive, negative) => 1 - positive + 5 * Math.max(0, negative - 0.1)),
    symmetric: false,
  },
  'alignment-uniformity': {
    compute: (rows, _temperature, users) => alignmentUniformityLoss(mainInput(rows, users, 'drawn'), { gamma: 3 }),
    oracle: ({ first, second }) =>
      mean(first.map((a, i) => a.reduce((sum, value, d) => sum + (value - second[i][d]) ** 2, 0))) +
      1.5 * (uniformityOracle(first) + uniformityOracle(second)),
    symmetric: true,
    single: 0,
  },
  'info-nce': {
    compute: ({ first, second }, temperature) => infoNce(first, second, diagonal(first.shape[0]), temperature),
    oracle: ({ first, second }, t) =>
      mean(first.map((row, i) => logSumExp(second.map((other) => dot(row, other) / t)) - dot(row, second[i]) / t)),
    symmetric: false,
    single: 0,
  },
  'nt-xent': {
    compute: ({ first, second }, temperature) => ntXent(first, second, temperature),
    oracle: viewOracle(false),
    symmetric: true,
    single: 0,
  },
  dcl: {
    compute: ({ first, second }, temperature) => dcl(first, second, temperature),
    oracle: viewOracle(true),
    symmetric: true,
    single: 0,
  },
  swav: swapped,
  concat: swapped,
  'prototype-nce': {
    compute: ({ first, shared }, temperature, users) => {
      const clusters = {
        numClusters: shared.shape[0],
        centroids: shared.dataSync<'float32'>(),
        assignment: Int32Array.from({ length: 10 }, (_, i) => i % 3),
      };
      return prototypeNce(first, users, clusters, temperature);
    },
    oracle: ({ first, shared }, t, users) =>
      mean(
        first.map(
          (row, i) => logSumExp(shared.map((centre) => dot(row, centre) / t)) - dot(row, shared[users[i] % 3]) / t,
        ),
      ),
    symmetric: false,
  },
  l2: {
    compute: ({ first, second }) => embeddingL2([first, second], first.shape[0]),
    oracle: ({ first, second }) =>
      [...first, ...second].reduce((sum, row) => sum + dot(row, row), 0) / (2 * first.length),
    symmetric: true,
  },
};

const unit = (values: Float32Array): Float32Array =>
  values.map((value, at) => value / Math.hypot(...values.subarray(at - (at % DIM), at - (at % DIM) + DIM)));
const VALUES: Rows<Float32Array> = {
  first: unit(randomMatrix(5, DIM, 'contract-first')),
  second: unit(randomMatrix(5, DIM, 'contract-second')),
  own: unit(randomMatrix(5 * PER_QUERY, DIM, 'contract-own')),
  shared: unit(randomMatrix(3, DIM, 'contract-shared')),
};
const KEYS = ['first', 'second', 'own', 'shared'] as const;
const matrix = (values: Float32Array): tf.Tensor2D => tf.tensor2d(values, [values.length / DIM, DIM]);
const tensors = (values: Rows<Float32Array>): Rows<tf.Tensor2D> => ({
  first: matrix(values.first),
  second: matrix(values.second),
  own: matrix(values.own),
  shared: matrix(values.shared),
});
const plain = (values: Float32Array): number[][] =>
  Array.from({ length: values.length / DIM }, (_, i) => [...values.subarray(i * DIM, (i + 1) * DIM)]);
const plainRows = ({ first, second, own, shared }: Rows<Float32Array>): Rows<number[][]> => ({
  first: plain(first),
  second: plain(second),
  own: plain(own),
  shared: plain(shared),
});
const taken = (values: Float32Array, rows: number[]): Float32Array =>
  Float32Array.from(rows.flatMap((row) => [...values.subarray(row * DIM, (row + 1) * DIM)]));

describe.each(RUNNABLE_BACKENDS)('losses on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(LOSS_NAMES)('%s', (name) => {
    const { compute, oracle, symmetric, single } = CASES[name];
    const value = (values: Rows<Float32Array>, temperature = 0.4, users = USERS): number =>
      tf.tidy(() => compute(tensors(values), temperature, users).dataSync()[0]);

    it('is its definition', () => {
      for (const temperature of [0.15, 0.4, 2]) {
        const expected = oracle(plainRows(VALUES), temperature, USERS);
        expect(Math.abs(value(VALUES, temperature) - expected)).toBeLessThan(2e-5 * Math.max(1, Math.abs(expected)));
      }
    });

    it('has the gradient of finite differences, and leaves no tensor behind', () => {
      const before = tf.memory().numTensors;
      const used = name === 'prototype-nce' ? KEYS.filter((key) => key !== 'shared') : KEYS;
      // an input that does not enter gets no gradient: a term of weight 1e-3 gives it one
      const { worst, scale } = checkGradient(
        (...given) => {
          const rows = { ...tensors(VALUES), ...Object.fromEntries(used.map((key, i) => [key, given[i]])) };
          const small = tf.addN(given.map((x) => tf.sum(x))).mul(1e-3);
          return compute(rows, 0.6, USERS).add(small);
        },
        used.map((key) => ({ values: VALUES[key], shape: [VALUES[key].length / DIM, DIM] as [number, number] })),
        name === 'hinge' || name === 'cosine-contrastive' ? 2e-3 : 1e-2,
      );
      expect(scale).toBeGreaterThan(0.01);
      expect(worst).toBeLessThan(Math.max(5e-3, 2e-3 * scale));
      expect(tf.memory().numTensors).toBe(before);
    });

    it('does not care about the order of the batch', () => {
      const order = [3, 0, 4, 1, 2];
      const permuted = {
        first: taken(VALUES.first, order),
        second: taken(VALUES.second, order),
        own: taken(
          VALUES.own,
          order.flatMap((row) => [PER_QUERY * row, PER_QUERY * row + 1]),
        ),
        shared: VALUES.shared,
      };
      expect(
        value(
          permuted,
          0.4,
          USERS.map((_, i) => USERS[order[i]]),
        ),
      ).toBeCloseTo(value(VALUES), 5);
    });

    it(`is ${symmetric ? '' : 'not '}the same with its sides exchanged`, () => {
      const exchanged = value({ ...VALUES, first: VALUES.second, second: VALUES.first });
      if (symmetric) expect(exchanged).toBeCloseTo(value(VALUES), 5);
      else expect(Math.abs(exchanged - value(VALUES))).toBeGreaterThan(1e-4);
    });

    it('is finite for a batch of one', () => {
      const row = VALUES.first.slice(0, DIM);
      const one = { first: row, second: row, own: VALUES.own.slice(0, PER_QUERY * DIM), shared: VALUES.shared };
      const actual = value(one, 0.4, USERS.slice(0, 1));
      expect(Number.isFinite(actual)).toBe(true);
      if (single !== undefined) expect(actual).toBeCloseTo(single, 5);
    });

    it('has finite values and gradients at temperature 0.01, also where all rows are alike', () => {
      const same = unit(new Float32Array(5 * DIM).fill(1));
      for (const values of [VALUES, { ...VALUES, first: same, second: same }]) {
        tf.tidy(() => {
          const rows = tensors(values);
          const { value: loss, grads } = tf.valueAndGrads((first, second) =>
            compute({ ...rows, first: first as tf.Tensor2D, second: second as tf.Tensor2D }, 0.01, USERS).add(
              tf.sum(second).mul(0),
            ),
          )([rows.first, rows.second]);
          const numbers = [loss, ...grads].flatMap((tensor) => [...tensor.dataSync()]);
          expect(numbers.every(Number.isFinite)).toBe(true);
        });
      }
    });
  });
});
