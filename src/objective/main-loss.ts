/** The main loss of a step: the drawn candidates' rows, gathered in the form that the losses take, and the loss by name. */
import * as tf from '@tensorflow/tfjs';
import type { NodeRows } from '../encoders/index.js';
import {
  alignmentUniformityLoss,
  bpr,
  bsl,
  cosineContrastive,
  hinge,
  inBatchSoftmax,
  type MainLossInput,
  type MainLossOptions,
  sampledSoftmax,
  type Temperature,
} from '../losses/index.js';
import type { Candidates, DrawnCandidates, PositiveBatch, SharedCandidates } from '../negatives/index.js';
import { l2Normalize } from '../ops/index.js';
import { NegativeProbe } from './negative-probe.js';

export interface MainLossContext {
  /** Absent for a loss that compares with no negatives. */
  readonly drawn?: DrawnCandidates;
  readonly batch: PositiveBatch;
  readonly numUsers: number;
  /** Of the main pass, for every item of `drawn` and every node of `batch`. */
  readonly rows: NodeRows;
  /** Of a loss that has one. */
  readonly temperature?: Temperature;
  /** Receives what a report on the sources needs, at the price of reading all rows. */
  readonly onProbe?: (probe: NegativeProbe) => void;
}

export function mainLoss(options: MainLossOptions, context: MainLossContext): tf.Scalar {
  const { input, candidates } = mainLossInput(options, context);
  if (candidates && context.onProbe) context.onProbe(probeOf(options, input, candidates, context.temperature));
  return lossOf(options, input, context.temperature);
}

/** Keeps the temperature's tensor, which would be gone when the probe is read. */
function probeOf(
  options: MainLossOptions,
  input: MainLossInput,
  candidates: Candidates,
  temperature?: Temperature,
): NegativeProbe {
  if (typeof temperature !== 'object')
    return new NegativeProbe(input, candidates, (of) => lossOf(options, of, temperature));
  const kept = tf.keep(tf.clone(temperature));
  return new NegativeProbe(input, candidates, (of) => lossOf(options, of, kept), [kept]);
}

function lossOf(options: MainLossOptions, input: MainLossInput, temperature?: Temperature): tf.Scalar {
  switch (options.name) {
    case 'in-batch-softmax':
      return inBatchSoftmax(input, { ...options, temperature: temperature! });
    case 'sampled-softmax':
      return sampledSoftmax(input, { ...options, temperature: temperature! });
    case 'bsl':
      return bsl(input, { ...options, temperature: temperature! });
    case 'bpr':
      return bpr(input);
    case 'hinge':
      return hinge(input, options);
    case 'cosine-contrastive':
      return cosineContrastive(input, options);
    case 'alignment-uniformity':
      return alignmentUniformityLoss(input, options);
  }
}

/** Rows as the loss compares them: unit rows for cosines. */
export function comparedRows(similarity: MainLossOptions['similarity'], rows: NodeRows): NodeRows {
  return similarity === 'cosine' ? (nodes) => l2Normalize(rows(nodes)) : rows;
}

function mainLossInput(
  { similarity }: MainLossOptions,
  { drawn, batch, numUsers, rows }: MainLossContext,
): { input: MainLossInput; candidates?: Candidates } {
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
