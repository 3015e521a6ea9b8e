/**
 * What a main loss gets: the batch's rows, and the rows of all negatives whatever source they came from. A softmax loss
 * compares each user with `shared` and with its own slots at once; a pairwise loss compares each positive with one own
 * slot at a time and gets no shared candidates.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { Ragged } from '../../core/ragged.js';

export interface MainLossInput {
  /** As the loss compares them (unit rows for cosine), `[batchSize, dim]`. */
  readonly users: Tensor2D;
  /** `[batchSize, dim]`. */
  readonly positives: Tensor2D;
  /** User of each row, where a loss needs to know which rows are of the same one, `[batchSize]`. */
  readonly userIndex?: Int32Array;
  /** Score of the item in the K-th place of each row's user, where a loss asks for it (`MainLoss.topK`), `[batchSize]`. */
  readonly topKScores?: Float32Array;
  /** log q of each positive, `[batchSize]`. */
  readonly positiveLogQ: Float32Array;
  readonly shared?: SharedKeys;
  readonly own?: OwnKeys;
  /** Weight of each positive; their sum is 1. Absent: all 1 / batchSize, `[batchSize]`. */
  readonly weight?: Float32Array;
}

export interface SharedKeys {
  /** `[numKeys, dim]`. */
  readonly keys: Tensor2D;
  /** Whether keys i < batchSize are the positives: key i is query i's positive and a negative of the others. */
  readonly positivesFirst: boolean;
  /** Factor of the gradient that each key passes on as a negative; absent: 1, `[numKeys]`. */
  readonly gradientScale?: Float32Array;
  /** log of the probability with which each key is drawn, `[numKeys]`. */
  readonly logQ: Float32Array;
  /** Keys that a query does not count, `[batchSize]` rows. */
  readonly masked: Ragged;
  /** Instead of −∞, what is added to the masked logits, `[masked.values.length]`. */
  readonly maskedBias?: Float32Array;
}

export interface OwnKeys {
  readonly perQuery: number;
  /** Rows i · perQuery … belong to query i; anything where logWeight is −∞, `[batchSize · perQuery, dim]`. */
  readonly keys: Tensor2D;
  /** `[batchSize · perQuery]`. */
  readonly logQ: Float32Array;
  /** Log of the slot's weight, −∞ for a slot that does not count, `[batchSize · perQuery]`. */
  readonly logWeight: Float32Array;
}
