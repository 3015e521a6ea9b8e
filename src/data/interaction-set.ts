/**
 * The one form in which interactions travel inside the product: parallel typed arrays over dense indices, with the
 * vocabularies that turn the indices back into the caller's ids.
 */
import type { FeatureTable } from './feature-table.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * What an interaction was. Only `positive` ones are edges; the rest feed negative sources. Codes are stored in files.
 * `filteredOut`: recalled, then cut by a ranker; where the log tells which, `cutByCoarse` or `cutByFine`.
 */
export const EVENT_CODES = Object.freeze({
  positive: 0,
  exposed: 1,
  rejected: 2,
  filteredOut: 3,
  cutByCoarse: 4,
  cutByFine: 5,
});
export type EventName = keyof typeof EVENT_CODES;

/** One split's interactions, or a whole log. Arrays are parallel: `[numInteractions]`. */
export interface Interactions {
  /** Dense user indices, `[numInteractions]`. */
  readonly userIndex: Int32Array;
  /** Dense item indices, `[numInteractions]`. */
  readonly itemIndex: Int32Array;
  /** Seconds since 1970 (or any monotone clock of the source), `[numInteractions]`. */
  readonly timestamp?: Float64Array;
  /** Rating or weight as the source gives it, `[numInteractions]`. */
  readonly weight?: Float32Array;
  /** EVENT_CODES, `[numInteractions]`; absent means all positive. */
  readonly event?: Uint8Array;
}

export interface InteractionSet extends Interactions {
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  readonly userFeatures?: FeatureTable;
  readonly itemFeatures?: FeatureTable;
}

/** Train, validation and test over the same vocabularies; the three are disjoint pair sets. */
export interface SplitInteractions {
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  readonly train: Interactions;
  readonly valid: Interactions;
  readonly test: Interactions;
  /** What held-out users had beside it, from which they are made when a model is judged; none of it is in train. */
  readonly foldIn?: Interactions;
  readonly userFeatures?: FeatureTable;
  readonly itemFeatures?: FeatureTable;
}

/** Rows `rows` of `source`, in that order, with every column that it has. */
export function selectInteractions(source: Interactions, rows: ArrayLike<number>): Interactions {
  const length = rows.length;
  const userIndex = new Int32Array(length);
  const itemIndex = new Int32Array(length);
  const timestamp = source.timestamp && new Float64Array(length);
  const weight = source.weight && new Float32Array(length);
  const event = source.event && new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const row = rows[i];
    userIndex[i] = source.userIndex[row];
    itemIndex[i] = source.itemIndex[row];
    if (timestamp) timestamp[i] = source.timestamp![row];
    if (weight) weight[i] = source.weight![row];
    if (event) event[i] = source.event![row];
  }
  return { userIndex, itemIndex, timestamp, weight, event };
}
