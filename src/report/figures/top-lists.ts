/** The lists that users would get: the numbers behind coverage, hubness and popularity bias. */
import { type Ragged, selectRaggedRows } from '../../core/ragged.js';
import type { Recommender } from '../../retrieval/recommender.js';

export interface TopLists {
  /** `[numLists]`. */
  readonly users: Int32Array;
  readonly k: number;
  /** Best first, -1 where a list ended, `[numLists, k]` row-major. */
  readonly ids: Int32Array;
}

/** Users ranked at a time. */
const BATCH = 2048;

/** @param exclude items that a user is not shown, `[numUsers]` rows */
export async function topLists(
  recommender: Recommender,
  users: Int32Array,
  { k, exclude }: { readonly k: number; readonly exclude: Ragged },
): Promise<TopLists> {
  const width = Math.min(k, recommender.numItems);
  const ids = new Int32Array(users.length * width);
  for (let first = 0; first < users.length; first += BATCH) {
    const batch = users.subarray(first, first + BATCH);
    ids.set((await recommender.recommend(batch, width, selectRaggedRows(exclude, batch))).ids, first * width);
  }
  return { users, k: width, ids };
}
