/** The main loss of a step: the drawn candidates' rows, gathered in the form that the losses take, and the loss by name. */
import type * as tf from '@tensorflow/tfjs';
import type { NodeRows } from '../encoders/index.js';
import { bpr, inBatchSoftmax, type MainLossInput, type MainLossOptions } from '../losses/index.js';
import type { Candidates, DrawnCandidates, PositiveBatch } from '../negatives/index.js';
import { l2Normalize } from '../ops/index.js';

/** @param rows of the main pass, for every item of `drawn` and every node of `batch` */
export function mainLoss(
  options: MainLossOptions,
  drawn: DrawnCandidates,
  batch: PositiveBatch,
  numUsers: number,
  rows: NodeRows,
): tf.Scalar {
  const input = mainLossInput(options, drawn, batch, numUsers, rows);
  switch (options.name) {
    case 'bpr':
      return bpr(input);
    case 'in-batch-softmax':
      return inBatchSoftmax(input, options);
  }
}

function mainLossInput(
  { similarity }: MainLossOptions,
  drawn: DrawnCandidates,
  batch: PositiveBatch,
  numUsers: number,
  rows: NodeRows,
): MainLossInput {
  const shaped = (nodes: Int32Array): tf.Tensor2D => (similarity === 'cosine' ? l2Normalize(rows(nodes)) : rows(nodes));
  const items = (ids: Int32Array): tf.Tensor2D => shaped(ids.map((id) => id + numUsers));
  const users = shaped(batch.userIndex);
  let positives: tf.Tensor2D | undefined;
  const positiveRows = (): tf.Tensor2D => {
    positives ??= items(batch.itemIndex);
    return positives;
  };
  const { shared, own, positiveLogQ }: Candidates = drawn.complete(() => [users, positiveRows()]);
  return {
    users,
    // looked up only by a loss that reads them: where they are keys, the keys are enough
    get positives() {
      return positiveRows();
    },
    positiveLogQ,
    ...(shared && {
      shared: {
        keys: items(shared.ids),
        positivesFirst: shared.positivesFirst,
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
}
