/**
 * What one step compares its positives with, from all sources together: the one object that the main loss gets (as
 * tensors) and that encoding asks for rows of.
 */
import type { MaskedCandidates } from './false-negatives.js';

/** Items that every query is compared with. */
export interface SharedCandidates extends MaskedCandidates {
  /** Dense item indices, `[numShared]`. */
  readonly ids: Int32Array;
  /** Whether the first batchSize columns are the batch's positives, in order. */
  readonly positivesFirst: boolean;
  /** Vectors of the last columns, in place of the items' own rows; without a gradient, `[numStored, dim]`. */
  readonly stored?: Float32Array;
  /** Columns that have a stored vector. */
  readonly numStored: number;
  /** Factor of the gradient that each column passes on to its item's row as a negative; absent: 1, `[numShared]`. */
  readonly gradientScale?: Float32Array;
  /** log q of each column under the mixture of the corrected sources, `[numShared]`. */
  readonly logQ: Float32Array;
  /** Which of `Candidates.sources` each column is from, `[numShared]`. */
  readonly source: Uint8Array;
}

/** Items for one query each. */
export interface OwnCandidates {
  readonly perQuery: number;
  /** Dense item indices or NO_ITEM, `[batchSize, perQuery]` row-major. */
  readonly ids: Int32Array;
  /** log q under the mixture of the corrected sources, `[batchSize, perQuery]`. */
  readonly logQ: Float32Array;
  /** Log of the slot's weight: 0, −∞ where there is no item or it is removed, `[batchSize, perQuery]`. */
  readonly logWeight: Float32Array;
  /** Which of `Candidates.sources` each slot of a query is from, `[batchSize, perQuery]`. */
  readonly source: Uint8Array;
}

export interface Candidates {
  readonly shared?: SharedCandidates;
  readonly own?: OwnCandidates;
  /** log q of each row's positive under the same mixture, `[batchSize]`. */
  readonly positiveLogQ: Float32Array;
  /** Names of the sources drawn from, in the order of the configuration. */
  readonly sources: readonly string[];
}
