/** The main loss of a step: the drawn candidates' rows, gathered in the form that the losses take, and the loss by name. */
import * as tf from '@tensorflow/tfjs';
import type { NodeRows } from '../encoders/index.js';
import { bpr, inBatchSoftmax, type MainLossInput, type MainLossOptions } from '../losses/index.js';
import type { Candidates, DrawnCandidates, PositiveBatch, SharedCandidates } from '../negatives/index.js';
import { l2Normalize } from '../ops/index.js';
import { NegativeProbe } from './negative-probe.js';

/**
 * @param rows of the main pass, for every item of `drawn` and every node of `batch`
 * @param onProbe receives what a report on the sources needs, at the price of reading all rows
 */
export function mainLoss(
  options: MainLossOptions,
  drawn: DrawnCandidates,
  batch: PositiveBatch,
  numUsers: number,
  rows: NodeRows,
  onProbe?: (probe: NegativeProbe) => void,
): tf.Scalar {
  const { input, candidates } = mainLossInput(options, drawn, batch, numUsers, rows);
  onProbe?.(new NegativeProbe(input, candidates, (of) => lossOf(options, of)));
  return lossOf(options, input);
}

function lossOf(options: MainLossOptions, input: MainLossInput): tf.Scalar {
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
): { input: MainLossInput; candidates: Candidates } {
  const shaped = (nodes: Int32Array): tf.Tensor2D => (similarity === 'cosine' ? l2Normalize(rows(nodes)) : rows(nodes));
  const items = (ids: Int32Array): tf.Tensor2D => shaped(ids.map((id) => id + numUsers));
  const users = shaped(batch.userIndex);
  let positives: tf.Tensor2D | undefined;
  const positiveRows = (): tf.Tensor2D => {
    positives ??= items(batch.itemIndex);
    return positives;
  };
  const candidates = drawn.complete(() => [users, positiveRows()]);
  const { shared, own, positiveLogQ } = candidates;
  const input: MainLossInput = {
    users,
    // looked up only by a loss that reads them: where they are keys, the keys are enough
    get positives() {
      return positiveRows();
    },
    positiveLogQ,
    weight: batch.weight,
    ...(shared && {
      shared: {
        keys: sharedKeys(shared, items),
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
