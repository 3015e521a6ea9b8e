/**
 * A user vector from items alone: what encodes users that training never saw.
 *
 *   user = own + Σ_t weight_t · f(Σ_{i ∈ H} n_i · h_ti / √(Σ n_i)),   n_i how often the user had item i
 *
 * f is the encoder's activation; without one there is a single term. h_ti (made by the run's encoder) is what item i says to
 * its users, divided by the root of its degree; own is what the user's features bring, where users have a tower. It is the row
 * that the user would get by joining the graph and only listening: items have not heard of it, so their vectors and degrees
 * stay as they are. For a user that the graph has, and its items there, it is the user's own embedding.
 */
import { assertLength, ShapeError } from '../core/errors.js';

export interface HistoryVectors {
  readonly embeddingDim: number;
  /** Whether the user vector is brought to length 1, as the run's embeddings are. */
  readonly normalized: boolean;
  /**
   * False where trained users have a row of their own, which a new user lacks: it is encoded as one whose row is zero, and
   * stands where its items put it.
   */
  readonly isWholeModel: boolean;
  /** Whether an item that the user had again counts again: where the graph's edges have weights. */
  readonly countsRepeats: boolean;
  readonly activation: 'none' | 'tanh';
  readonly terms: readonly {
    readonly weight: number;
    /**
     * h of every item, `[numItems, embeddingDim]` row-major. Items without a training interaction say what their tower makes of
     * them, as loud as one of a single interaction; zeros where they have none.
     */
    readonly items: Float32Array;
  }[];
  /** `own` of a user all of whose features are missing; absent where users have no tower, `[embeddingDim]`. */
  readonly unknownUser?: Float32Array;
}

/** Whether the item says nothing to a user: it has no training interaction, and no tower. */
export function isSilent({ embeddingDim, terms }: HistoryVectors, item: number): boolean {
  return terms.every(({ items }) =>
    items.subarray(item * embeddingDim, (item + 1) * embeddingDim).every((value) => value === 0),
  );
}

/**
 * Distinct items of a history and how often each counts.
 * @param itemIndices repeats included
 */
export function countHistory({ countsRepeats }: HistoryVectors, itemIndices: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const item of itemIndices) counts.set(item, countsRepeats ? (counts.get(item) ?? 0) + 1 : 1);
  return counts;
}

/**
 * @param itemIndices distinct, `[historyLength]`
 * @param counts how often the user had each, in a graph whose edges have weights; default 1 each, `[historyLength]`
 * @param own what the user's features bring; by default that of a user of whom none is known, `[embeddingDim]`
 * @returns `[embeddingDim]`; `own`, or zeros without it, for an empty history, or one of items that say nothing
 */
export function encodeHistory(
  { embeddingDim, normalized, activation, terms, unknownUser }: HistoryVectors,
  itemIndices: Int32Array,
  counts?: Float32Array,
  own: Float32Array | undefined = unknownUser,
): Float32Array {
  if (counts) assertLength('encodeHistory: counts', counts.length, itemIndices.length);
  if (own) assertLength('encodeHistory: own', own.length, embeddingDim);
  const countOf = (i: number): number => counts?.[i] ?? 1;
  let total = 0;
  for (let i = 0; i < itemIndices.length; i++) total += countOf(i);
  const user = own ? Float64Array.from(own) : new Float64Array(embeddingDim);
  for (const { weight, items } of terms) {
    const sum = new Float64Array(embeddingDim);
    for (const [i, item] of itemIndices.entries()) {
      if (!(item >= 0 && item < items.length / embeddingDim)) {
        throw new ShapeError(`encodeHistory: item ${item} is outside 0 … ${items.length / embeddingDim - 1}`);
      }
      for (let d = 0; d < embeddingDim; d++) sum[d] += countOf(i) * items[item * embeddingDim + d];
    }
    for (let d = 0; d < embeddingDim; d++) {
      const heard = total === 0 ? 0 : sum[d] / Math.sqrt(total);
      user[d] += weight * (activation === 'tanh' ? Math.tanh(heard) : heard);
    }
  }
  const length = normalized ? Math.hypot(...user) : 1;
  return Float32Array.from(user, (value) => (length > 0 ? value / length : 0));
}
