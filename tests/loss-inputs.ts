/** What the losses' contract gives a row of the registry, as a step would, made of a few embeddings. */
import * as tf from '@tensorflow/tfjs';
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
import { lookup } from '../src/ops/index.js';

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
export type Oracle = (rows: Rows<number[][]>, temperature: number, users: Int32Array) => number;
export interface Case {
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

/** log q of drawn items. */
export const logQ = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => -2 - (i % 3) / 4);

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
  const { first, second, own } = rows;
  const [numRows] = first.shape;
  const places = Int32Array.from({ length: numRows }, (_, i) => PER_QUERY * i);
  // of the own rows the one of each row is its neighbour, the other one its partner's row under the second view
  const paired = {
    own: first,
    partners: second,
    neighbours: lookup(own, places),
    candidates: tf.concat(
      [
        second,
        lookup(
          own,
          places.map((at) => at + 1),
        ),
      ],
      0,
    ) as tf.Tensor2D,
    anchors: diagonal(numRows),
  };
  switch (row.role) {
    case 'main':
      return row.compute(mainInput(rows, users, row.negatives), options as never);
    case 'contrastive':
      return row.compute({ first, second, every: { rows: second, own: diagonal(numRows) }, paired }, options as never);
    case 'prototypes':
      return row.compute({ users: side(rows, users, 0), items: side(exchanged(rows), users, 1) }, options as never)!
        .loss;
    case 'regularisation':
      return row.compute({ groups: [first, second], batchSize: first.shape[0] });
  }
}

export const exchanged = <Matrix>(rows: Rows<Matrix>): Rows<Matrix> => ({
  ...rows,
  first: rows.second,
  second: rows.first,
});

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
