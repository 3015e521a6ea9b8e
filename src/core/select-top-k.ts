/**
 * The K best of a stream of scores, per query: a bounded min-heap (worst kept candidate at the root) fed block by
 * block. Most candidates only cost one comparison with the root's score.
 *
 * Order: higher score first, equal scores by ascending item index. Because items arrive in ascending order, a later
 * item with the root's score never replaces it, so the result does not depend on how the items were cut into blocks.
 * NaN and -Infinity are "no score": such items never come back.
 */
import { TwinlightError } from './errors.js';

/** Best items first; ties by ascending item index; slots that could not be filled hold -1 and -Infinity. */
export interface TopK {
  /** Slots a query: as many as were asked for, but no more than there are items. */
  readonly k: number;
  /** Item indices, `[numQueries, k]` row-major. */
  readonly ids: Int32Array;
  /** `[numQueries, k]` row-major. */
  readonly scores: Float32Array;
}

export class TopKSelector {
  /** Kept candidates in heap order, `[numQueries, k]`. */
  private readonly ids: Int32Array;
  private readonly scores: Float32Array;
  /** Candidates kept so far, `[numQueries]`. */
  private readonly filled: Int32Array;

  /** Slots a query. */
  readonly k: number;

  /**
   * @param wanted items a query
   * @param numItems most items that will be offered to a query; no more slots are made than that
   * @throws TwinlightError `RETRIEVAL_K` unless k is a positive integer
   */
  constructor(
    readonly numQueries: number,
    wanted: number,
    numItems = Number.POSITIVE_INFINITY,
  ) {
    const k = slotsFor(wanted, numItems);
    this.k = k;
    this.ids = new Int32Array(numQueries * k);
    this.scores = new Float32Array(numQueries * k);
    this.filled = new Int32Array(numQueries);
  }

  /**
   * Offers items firstItem, firstItem + 1, … with the scores in `[start, end)` of `scores`. Calls for one query must
   * come in ascending item order.
   *
   * @param excluded ascending item indices that must not come back; those outside the block are passed over
   */
  offer(
    query: number,
    scores: Float32Array,
    start: number,
    end: number,
    firstItem: number,
    excluded: Int32Array = NOTHING,
  ): void {
    const toSlot = start - firstItem;
    let from = start;
    for (let i = lowerBound(excluded, firstItem); i < excluded.length; i++) {
      const slot = excluded[i] + toSlot;
      if (slot >= end) break;
      this.offerRun(query, scores, from, slot, toSlot);
      from = slot + 1;
    }
    this.offerRun(query, scores, from, end, toSlot);
  }

  private offerRun(query: number, scores: Float32Array, start: number, end: number, toSlot: number): void {
    const root = query * this.k;
    let at = start;
    while (at < end) {
      const isFull = this.filled[query] === this.k;
      at = nextAbove(scores, at, end, isFull ? this.scores[root] : Number.NEGATIVE_INFINITY);
      if (at === end) return;
      if (isFull) this.siftDown(root, 0, this.k, at - toSlot, scores[at]);
      else this.siftUp(root, this.filled[query]++, at - toSlot, scores[at]);
      at++;
    }
  }

  /** Sorts the heaps and hands them over; the selector must not be used afterwards. */
  finish(): TopK {
    const { numQueries, k, ids, scores, filled } = this;
    for (let query = 0; query < numQueries; query++) {
      const root = query * k;
      // heap sort: the worst goes to the end, so the best ends up first
      for (let last = filled[query] - 1; last > 0; last--) {
        const id = ids[root + last];
        const score = scores[root + last];
        ids[root + last] = ids[root];
        scores[root + last] = scores[root];
        this.siftDown(root, 0, last, id, score);
      }
      ids.fill(-1, root + filled[query], root + k);
      scores.fill(Number.NEGATIVE_INFINITY, root + filled[query], root + k);
    }
    return { k, ids, scores };
  }

  private siftUp(root: number, hole: number, id: number, score: number): void {
    const { ids, scores } = this;
    let at = hole;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!isWorse(score, id, scores[root + parent], ids[root + parent])) break;
      ids[root + at] = ids[root + parent];
      scores[root + at] = scores[root + parent];
      at = parent;
    }
    ids[root + at] = id;
    scores[root + at] = score;
  }

  private siftDown(root: number, hole: number, size: number, id: number, score: number): void {
    const { ids, scores } = this;
    let at = hole;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (right < size && isWorse(scores[root + right], ids[root + right], scores[root + child], ids[root + child])) {
        child = right;
      }
      if (!isWorse(scores[root + child], ids[root + child], score, id)) break;
      ids[root + at] = ids[root + child];
      scores[root + at] = scores[root + child];
      at = child;
    }
    ids[root + at] = id;
    scores[root + at] = score;
  }
}

function assertK(k: number): void {
  if (Number.isInteger(k) && k >= 1) return;
  throw new TwinlightError('RETRIEVAL_K', `k: expected an integer of at least 1, got ${k}`);
}

/**
 * How many slots a query for k items gets where there are `numItems`.
 * @throws TwinlightError `RETRIEVAL_K` unless k is a positive integer
 */
export function slotsFor(k: number, numItems: number): number {
  assertK(k);
  return Math.min(k, numItems);
}

const NOTHING = new Int32Array(0);

/** The K best of one row of scores, `[numItems]`, all of them where K is more; see TopKSelector for order and for what never comes back. */
export function selectTopK(scores: Float32Array, k: number, excluded?: Int32Array): TopK {
  const selector = new TopKSelector(1, k, scores.length);
  selector.offer(0, scores, 0, scores.length, 0, excluded);
  return selector.finish();
}

const isWorse = (scoreA: number, idA: number, scoreB: number, idB: number): boolean =>
  scoreA < scoreB || (scoreA === scoreB && idA > idB);

/** First position in `[start, end)` whose score exceeds the threshold, or `end`. Unrolled: this is the hot loop. */
function nextAbove(scores: Float32Array, start: number, end: number, threshold: number): number {
  let at = start;
  for (const stop = end - 7; at < stop; at += 8) {
    if (
      scores[at] > threshold ||
      scores[at + 1] > threshold ||
      scores[at + 2] > threshold ||
      scores[at + 3] > threshold ||
      scores[at + 4] > threshold ||
      scores[at + 5] > threshold ||
      scores[at + 6] > threshold ||
      scores[at + 7] > threshold
    ) {
      break;
    }
  }
  while (at < end && !(scores[at] > threshold)) at++;
  return at;
}

/** Position of the first value that is at least `bound`, in an ascending array. */
function lowerBound(ascending: Int32Array, bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
