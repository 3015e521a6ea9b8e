/** The cases of the losses' contract: every row of the registry with its definition in plain float64. */
import * as tf from '@tensorflow/tfjs';
import { sinkhornCodes } from '../src/backend/plain/sinkhorn.js';
import type { LossName } from '../src/losses/index.js';
import { type Case, exchanged, logQ, type Oracle, PER_QUERY, type Rows } from './loss-inputs.js';

export const dot = (a: number[], b: number[]): number => a.reduce((sum, value, d) => sum + value * b[d], 0);
export const logSumExp = (values: number[]): number => {
  const top = Math.max(...values);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
};
export const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Logits of the negatives of row i, over the batch's other positives or not, and the drawn items. */
export function negativeLogits(
  { first, second, shared }: Rows<number[][]>,
  i: number,
  t: number,
  batch: boolean,
): number[] {
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
  const codes = scores.map((s) => sinkhornCodes(tf.tensor2d(s), CODES).codes.dataSync<'float32'>());
  const cross = (q: Float32Array, s: number[][]): number =>
    mean(
      s.map((row, i) =>
        row.reduce((sum, score, k) => sum - q[i * row.length + k] * (score / t - logSumExp(row.map((x) => x / t))), 0),
      ),
    );
  return 0.5 * (cross(codes[1], scores[0]) + cross(codes[0], scores[1]));
};

function clusterOracle({ first, shared }: Rows<number[][]>, t: number, users: Int32Array, shift: number): number {
  return mean(
    first.map((row, i) => {
      const own = shared[(users[i] + shift) % 3];
      return logSumExp(shared.map((centre) => dot(row, centre) / t)) - dot(row, own) / t;
    }),
  );
}

const uniformityOracle = (rows: number[][]): number => {
  const pairs = rows.flatMap((a, i) =>
    rows.flatMap((b, j) => (i === j ? [] : [-2 * a.reduce((sum, value, d) => sum + (value - b[d]) ** 2, 0)])),
  );
  return pairs.length === 0 ? 0 : logSumExp(pairs) - Math.log(pairs.length);
};

export const CASES: Record<LossName, Case> = {
  'in-batch-softmax': {
    oracle: softmaxOracle(true),
    symmetric: false,
  },
  'sampled-softmax': {
    oracle: softmaxOracle(false),
    symmetric: false,
  },
  bsl: {
    options: { positiveRatio: 1.5 },
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
    oracle: pairOracle((positive, negative) => Math.log1p(Math.exp(negative - positive))),
    symmetric: false,
  },
  hinge: {
    options: { margin: 0.7 },
    oracle: pairOracle((positive, negative) => Math.max(0, 0.7 - positive + negative)),
    symmetric: false,
  },
  'cosine-contrastive': {
    options: { margin: 0.1, negativeWeight: 5 },
    oracle: pairOracle((positive, negative) => 1 - positive + 5 * Math.max(0, negative - 0.1)),
    symmetric: false,
  },
  'alignment-uniformity': {
    options: { gamma: 3 },
    oracle: ({ first, second }) =>
      mean(first.map((a, i) => a.reduce((sum, value, d) => sum + (value - second[i][d]) ** 2, 0))) +
      1.5 * (uniformityOracle(first) + uniformityOracle(second)),
    symmetric: true,
    single: 0,
  },
  'info-nce': {
    oracle: ({ first, second }, t) =>
      mean(first.map((row, i) => logSumExp(second.map((other) => dot(row, other) / t)) - dot(row, second[i]) / t)),
    symmetric: false,
    single: 0,
  },
  'nt-xent': {
    oracle: viewOracle(false),
    symmetric: true,
    single: 0,
  },
  dcl: {
    oracle: viewOracle(true),
    symmetric: true,
    single: 0,
  },
  nescl: {
    oracle: ({ first, second, own }, t) => {
      const candidates = [...second, ...own.filter((_, at) => at % PER_QUERY === 1)];
      const shares = first.map((row, i) =>
        mean(
          [row, second[i], own[PER_QUERY * i]].map((seeker) => {
            const logits = candidates.map((other) => dot(seeker, other) / t);
            return Math.exp(logits[i] - logSumExp(logits));
          }),
        ),
      );
      return 0.5 * mean(shares.map((share) => -Math.log(share)));
    },
    symmetric: false,
  },
  // of both sides, whose views are the same in the other order
  swav: { options: CODES, oracle: (rows, t, users) => 2 * swappedOracle(rows, t, users), symmetric: true },
  concat: { options: CODES, oracle: swappedOracle, symmetric: true },
  'prototype-nce': {
    oracle: (rows, t, users) => clusterOracle(rows, t, users, 0) + clusterOracle(exchanged(rows), t, users, 1),
    symmetric: false,
  },
  l2: {
    oracle: ({ first, second }) =>
      [...first, ...second].reduce((sum, row) => sum + dot(row, row), 0) / (2 * first.length),
    symmetric: true,
  },
};
