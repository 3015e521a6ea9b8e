/**
 * Where negatives come from. A source yields item ids for a batch and can say with what probability it yields an item;
 * the log of that probability is what the softmax losses subtract from the logits (logQ correction).
 */
import type { Rng } from '../core/rng.js';

/** One step's positives: parallel arrays. */
export interface PositiveBatch {
  /** Dense user indices, `[batchSize]`. */
  readonly userIndex: Int32Array;
  /** Dense item indices, `[batchSize]`. */
  readonly itemIndex: Int32Array;
}

export interface NegativeSource {
  readonly name: string;
  /** How many items a draw yields for a batch of this size. */
  count(batchSize: number): number;
  /** Dense item indices, `[count]`. */
  draw(batch: PositiveBatch, rng: Rng): Int32Array;
  /** Probability that one draw yields `itemIndex`. */
  probability(itemIndex: number): number;
}
