/** The rows that a main loss compares: those of the batch and of the drawn candidates, in the form that the losses take. */
import * as tf from '@tensorflow/tfjs';
import type { NodeRows } from '../../encoders/index.js';
import type { MainLossInput, MainLossOptions } from '../../losses/index.js';
import type { Candidates, DrawnCandidates, PositiveBatch, SharedCandidates } from '../../negatives/index.js';
import { l2Normalize } from '../../ops/index.js';

export type Similarity = MainLossOptions['similarity'];

export interface GatheredFrom {
  readonly batch: PositiveBatch;
  /** Absent for a loss that compares with no negatives. */
  readonly drawn?: DrawnCandidates;
  /** Of the main pass, for every item of `drawn` and every node of `batch`. */
  readonly rows: NodeRows;
  readonly numUsers: number;
  /** Of every user, where the loss asks for them, `[numUsers]`. */
  readonly topKScores?: Float32Array;
}

interface Gathered {
  readonly input: MainLossInput;
  readonly candidates?: Candidates;
}

/** Rows as the loss compares them: unit rows for cosines. */
export function comparedRows(similarity: Similarity, rows: NodeRows): NodeRows {
  return similarity === 'cosine' ? (nodes) => l2Normalize(rows(nodes)) : rows;
}

export function gatherRows(similarity: Similarity, from: GatheredFrom): Gathered {
  const { batch, drawn, rows, numUsers, topKScores } = from;
  const shaped = comparedRows(similarity, rows);
  const items = (ids: Int32Array): tf.Tensor2D => shaped(ids.map((id) => id + numUsers));
  const users = shaped(batch.userIndex);
  let positives: tf.Tensor2D | undefined;
  const positiveRows = (): tf.Tensor2D => {
    positives ??= items(batch.itemIndex);
    return positives;
  };
  const candidates = drawn?.complete(() => [users, positiveRows()]);
  const { shared, own } = candidates ?? {};
  const positiveLogQ = candidates?.positiveLogQ ?? new Float32Array(batch.userIndex.length);
  const input: MainLossInput = {
    users,
    // looked up only by a loss that reads them: where they are keys, the keys are enough
    get positives() {
      return positiveRows();
    },
    userIndex: batch.userIndex,
    topKScores: topKScores && Float32Array.from(batch.userIndex, (user) => topKScores[user]),
    positiveLogQ,
    weight: batch.weight,
    ...(shared && {
      shared: {
        keys: sharedKeys(shared, items),
        positivesFirst: shared.positivesFirst,
        gradientScale: shared.gradientScale,
        logQ: shared.logQ,
        masked: shared.masked,
        maskedBias: shared.bias,
      },
    }),
    ...(own && {
      own: {
        perQuery: own.perQuery,
        // an empty slot counts nothing, so any row will do
        keys: items(own.ids.map((id, slot) => (id < 0 ? batch.itemIndex[Math.floor(slot / own.perQuery)] : id))),
        logQ: own.logQ,
        logWeight: own.logWeight,
      },
    }),
  };
  return { input, candidates };
}

/** Rows of the drawn items, then the stored vectors, which are constants. */
function sharedKeys(
  { ids, stored, numStored }: SharedCandidates,
  items: (ids: Int32Array) => tf.Tensor2D,
): tf.Tensor2D {
  if (!stored || numStored === 0) return items(ids);
  const vectors = tf.tensor2d(stored, [numStored, stored.length / numStored]);
  const drawn = ids.subarray(0, ids.length - numStored);
  return drawn.length === 0 ? vectors : tf.concat([items(drawn), vectors], 0);
}
