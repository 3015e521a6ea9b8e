/**
 * What the ranking of every evaluated user hit, computed once; every metric is a function of it. Users × depth in
 * memory, where depth is the largest K, never users × items.
 */
import { ShapeError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';

export interface HitMatrix {
  /** Evaluated users, ascending, `[numUsers]`. */
  readonly userIndices: Int32Array;
  /** Ranked positions kept a user: the largest K, or all items where that is more. */
  readonly depth: number;
  /** Ranked items, best first, -1 where the list ended, `[numUsers, depth]` row-major. */
  readonly ids: Int32Array;
  /** 1 where the ranked item is relevant, `[numUsers, depth]` row-major. */
  readonly hits: Uint8Array;
  /** Held-out items of each user, at least 1, `[numUsers]`. */
  readonly numRelevant: Int32Array;
  /** Mean position (from 1) of each user's relevant items in the full ranking, `[numUsers]`; only if asked for. */
  readonly meanRanks?: Float64Array;
}

/** Users whose row of `relevant` is not empty, ascending. */
export function usersToEvaluate({ offsets }: Ragged): Int32Array {
  return Int32Array.from({ length: offsets.length - 1 }, (_, user) => user).filter(
    (user) => offsets[user + 1] > offsets[user],
  );
}

/** An empty matrix. @param users with a row of `relevant` that is not empty, ascending */
export function emptyHitMatrix(relevant: Ragged, users: Int32Array, depth: number, withMeanRanks: boolean): HitMatrix {
  const { offsets } = relevant;
  return {
    userIndices: users,
    depth,
    ids: new Int32Array(users.length * depth).fill(-1),
    hits: new Uint8Array(users.length * depth),
    numRelevant: users.map((user) => offsets[user + 1] - offsets[user]),
    meanRanks: withMeanRanks ? new Float64Array(users.length) : undefined,
  };
}

/** Looks relevant items up in ranked lists, user after user, with one array over the catalogue instead of a set a user. */
export class HitMarker {
  /** Number of the last user for whom the item was relevant, `[numItems]`. */
  private readonly stamps: Int32Array;
  private stamp = 0;

  constructor(numItems: number) {
    this.stamps = new Int32Array(numItems);
  }

  /**
   * Marks which of the ranked items [start, start + length) are among the relevant items [first, last).
   *
   * @param hits 1 where the ranked item is relevant: written at [to, to + length)
   */
  mark(
    ranked: Int32Array,
    start: number,
    length: number,
    relevant: Int32Array,
    first: number,
    last: number,
    hits: Uint8Array,
    to: number,
  ): void {
    const { stamps } = this;
    const stamp = ++this.stamp;
    for (let at = first; at < last; at++) stamps[relevant[at]] = stamp;
    for (let at = 0; at < length; at++) {
      const item = ranked[start + at];
      hits[to + at] = item >= 0 && stamps[item] === stamp ? 1 : 0;
    }
  }
}

/**
 * Mean position (from 1) of a user's relevant items in the full ranking. Items the model gave no score share the positions
 * behind the ranked ones: each counts as the mean of those.
 *
 * @param positions of the relevant items, 0 where the item was not ranked; at least one
 * @param numRanked items in the ranking
 * @param numCandidates items that may be ranked for the user: all but the excluded ones
 */
export function meanPosition(positions: Int32Array, numRanked: number, numCandidates: number): number {
  let sum = 0;
  let found = 0;
  for (let at = 0; at < positions.length; at++) {
    if (positions[at] === 0) continue;
    sum += positions[at];
    found++;
  }
  const behind = (numRanked + 1 + numCandidates) / 2;
  return (sum + (positions.length - found) * behind) / positions.length;
}

/**
 * The same rankings judged only by the relevant items that `keep` lets through; every item still competes. Users left
 * without a relevant item drop out. Mean ranks are not carried over.
 *
 * @param keep 1 where an item counts, `[numItems]`
 * @param relevant held-out items of all users, the ones the matrix was made from
 */
export function restrictToItems(matrix: HitMatrix, relevant: Ragged, keep: Uint8Array): HitMatrix {
  const { depth } = matrix;
  const counts = Int32Array.from(matrix.userIndices, (user) => {
    let count = 0;
    for (let at = relevant.offsets[user]; at < relevant.offsets[user + 1]; at++) count += keep[relevant.values[at]];
    return count;
  });
  const rows = Int32Array.from(matrix.userIndices.keys()).filter((row) => counts[row] > 0);
  const restricted = selectRows(matrix, rows);
  for (let at = 0; at < rows.length * depth; at++) {
    if (restricted.hits[at] && !keep[restricted.ids[at]]) restricted.hits[at] = 0;
  }
  return { ...restricted, numRelevant: Int32Array.from(rows, (row) => counts[row]), meanRanks: undefined };
}

/** The given rows of the matrix, copied, in that order. */
export function selectRows(matrix: HitMatrix, rows: Int32Array): HitMatrix {
  const { depth } = matrix;
  const ids = new Int32Array(rows.length * depth);
  const hits = new Uint8Array(rows.length * depth);
  for (let to = 0; to < rows.length; to++) {
    const row = rows[to];
    if (row < 0 || row >= matrix.userIndices.length) throw new ShapeError(`row ${row} is outside the hit matrix`);
    ids.set(matrix.ids.subarray(row * depth, (row + 1) * depth), to * depth);
    hits.set(matrix.hits.subarray(row * depth, (row + 1) * depth), to * depth);
  }
  return {
    userIndices: Int32Array.from(rows, (row) => matrix.userIndices[row]),
    depth,
    ids,
    hits,
    numRelevant: Int32Array.from(rows, (row) => matrix.numRelevant[row]),
    meanRanks: matrix.meanRanks && Float64Array.from(rows, (row) => matrix.meanRanks![row]),
  };
}
