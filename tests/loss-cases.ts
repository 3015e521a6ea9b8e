/**
 * The cases of the losses' contract: every row of the registry as a function of a few embeddings, computed as a step computes
 * it, and its definition in plain float64.
 */
import * as tf from '@tensorflow/tfjs';
import { sinkhornCodes } from '../src/backend/plain/sinkhorn.js';
import { emptyRagged } from '../src/core/ragged.js';
import {
  type Clusters,
  type ContrastiveLoss,
  diagonal,
  LOSSES,
  type LossName,
  type MainLoss,
  type MainLossInput,
  type PrototypeLoss,
  type PrototypeSide,
  type RegularisationLoss,
} from '../src/losses/index.js';

export const DIM = 4;
export const PER_QUERY = 2;
/** Users of the rows: one repeats. */
export const USERS = Int32Array.of(7, 3, 7, 5, 9);

/** Rows of both sides, own negatives of each row, one list that is shared by all: in float64 or as tensors. */
export interface Rows<Matrix> {
  readonly first: Matrix;
  readonly second: Matrix;
  /** PER_QUERY a row. */
  readonly own: Matrix;
  /** Not permuted with the batch. */
  readonly shared: Matrix;
}
type Oracle = (rows: Rows<number[][]>, temperature: number, users: Int32Array) => number;
interface Case {
  /** Those that are not at their defaults; the temperature is given apart. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly oracle: Oracle;
  /** The same with first and second exchanged. */
  readonly symmetric: boolean;
  /** What it is at a batch of one, for rows that are alike. */
  readonly single?: number;
}

export interface NamedCase extends Case {
  readonly name: LossName;
}

export const dot = (a: number[], b: number[]): number => a.reduce((sum, value, d) => sum + value * b[d], 0);
export const logSumExp = (values: number[]): number => {
  const top = Math.max(...values);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
};
export const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const logQ = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => -2 - (i % 3) / 4);

/** The loss of a case by its row. */
export function lossOf(
  { name, options: given }: NamedCase,
  rows: Rows<tf.Tensor2D>,
  temperature: number,
  users: Int32Array,
): tf.Scalar {
  const row: MainLoss | ContrastiveLoss | PrototypeLoss | RegularisationLoss = LOSSES[name];
  // what the row's own schema makes of them, which is what the row takes
  const parsed = row.schema.parse({ ...(row.role !== 'regularisation' && { name }), ...given }) as never;
  const options = 'temperature' in (parsed as object) ? { ...(parsed as object), temperature } : parsed;
  const { first, second } = rows;
  switch (row.role) {
    case 'main':
      return row.compute(mainInput(rows, users, row.negatives), options as never);
    case 'contrastive':
      return row.compute({ first, second, every: { rows: second, own: diagonal(first.shape[0]) } }, options as never);
    case 'prototypes':
      return row.compute({ users: side(rows, users, 0), items: side(exchanged(rows), users, 1) }, options as never)!
        .loss;
    case 'regularisation':
      return row.compute({ groups: [first, second], batchSize: first.shape[0] });
  }
}

const exchanged = <Matrix>(rows: Rows<Matrix>): Rows<Matrix> => ({ ...rows, first: rows.second, second: rows.first });

/** @param shift of the clusters, so that those of one side are not those of the other */
function side({ first, second, shared }: Rows<tf.Tensor2D>, users: Int32Array, shift: number): PrototypeSide {
  return {
    rows: first,
    index: users,
    views: { first, second },
    prototypes: shared,
    get clusters(): Clusters {
      return {
        numClusters: shared.shape[0],
        centroids: shared.dataSync<'float32'>(),
        assignment: Int32Array.from({ length: 10 }, (_, i) => (i + shift) % 3),
      };
    },
  };
}

/** Scores of the K-th items of these users. */
export const kthScores = (users: Int32Array): Float32Array => Float32Array.from(users, (user) => user / 10 - 0.6);

function mainInput(rows: Rows<tf.Tensor2D>, users: Int32Array, negatives: MainLoss['negatives']): MainLossInput {
  const { first, second, own, shared } = rows;
  const batchSize = first.shape[0];
  const numSlots = own.shape[0];
  const base = {
    users: first,
    positives: second,
    userIndex: users,
    topKScores: kthScores(users),
    positiveLogQ: new Float32Array(batchSize).fill(-2),
  };
  if (negatives === 'pairwise') {
    const [ownLogQ, logWeight] = [new Float32Array(numSlots), new Float32Array(numSlots)];
    return { ...base, own: { perQuery: PER_QUERY, keys: own, logQ: ownLogQ, logWeight } };
  }
  const masked = emptyRagged(batchSize);
  const drawnLogQ = logQ(shared.shape[0]);
  if (negatives !== 'softmax')
    return { ...base, shared: { keys: shared, positivesFirst: false, logQ: drawnLogQ, masked } };
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
