/** Positions of held-out items in full rankings: counted where the recommender can, else looked up in the rankings. */
import { selectRaggedRows } from '../core/ragged.js';
import type { Positions, Recommender, SoughtItems } from '../retrieval/recommender.js';

/** Ranked positions held at a time (32 MiB with their scores). */
const BUDGET = 1 << 22;

/** @param users `[numQueries]` */
export async function positionsOf(
  recommender: Recommender,
  users: Int32Array,
  sought: SoughtItems,
): Promise<Positions> {
  if (recommender.positionsOf) return recommender.positionsOf(users, sought);
  const { wanted, exclude } = sought;
  const { numItems } = recommender;
  const positions = new Int32Array(wanted.values.length);
  const numRanked = new Int32Array(users.length);
  /** Position of each item for the query at hand, valid where `query` says so, `[numItems]`. */
  const place = new Int32Array(numItems);
  const placedFor = new Int32Array(numItems).fill(-1);
  const batch = Math.max(1, Math.floor(BUDGET / numItems));
  for (let first = 0; first < users.length; first += batch) {
    const last = Math.min(first + batch, users.length);
    const rows = Int32Array.from({ length: last - first }, (_, i) => first + i);
    const { ids } = await recommender.recommend(users.subarray(first, last), numItems, selectRaggedRows(exclude, rows));
    for (let query = first; query < last; query++) {
      const start = (query - first) * numItems;
      let at = 0;
      for (; at < numItems && ids[start + at] !== -1; at++) {
        place[ids[start + at]] = at + 1;
        placedFor[ids[start + at]] = query;
      }
      numRanked[query] = at;
      for (let w = wanted.offsets[query]; w < wanted.offsets[query + 1]; w++) {
        if (placedFor[wanted.values[w]] === query) positions[w] = place[wanted.values[w]];
      }
    }
  }
  return { positions, numRanked };
}
