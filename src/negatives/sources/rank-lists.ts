/**
 * The items at ranks from … to of every user's ranking, training items left out: what rank-window and ANN negatives are
 * drawn from.
 */
import { type Ragged, selectRaggedRows } from '../../core/ragged.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import { ClusteredIndex } from '../../retrieval/clustered-index.js';
import type { Recommender } from '../../retrieval/recommender.js';
import { NO_ITEM, type Snapshot } from '../negative-source.js';

/** Ranks counted from 1, both ends included. */
export interface RankWindow {
  readonly from: number;
  readonly to: number;
}

/** What a search needs of the training graph; plain arrays, so that it can be handed to a worker. */
export type KnownItems = Pick<BipartiteCsr, 'numUsers' | 'numItems' | 'userOffsets' | 'userNeighbors'>;

const USERS_A_CALL = 1024;

/** By a recommender. @returns `[numUsers, to - from + 1]`, NO_ITEM where a ranking is shorter */
export async function rankListsBy(model: Recommender, known: KnownItems, window: RankWindow): Promise<Int32Array> {
  const width = window.to - window.from + 1;
  const lists = new Int32Array(known.numUsers * width).fill(NO_ITEM);
  const train: Ragged = { offsets: known.userOffsets, values: known.userNeighbors };
  for (let first = 0; first < known.numUsers; first += USERS_A_CALL) {
    const size = Math.min(USERS_A_CALL, known.numUsers - first);
    const users = Int32Array.from({ length: size }, (_, i) => first + i);
    const top = await model.recommend(users, Math.min(window.to, known.numItems), selectRaggedRows(train, users));
    for (let i = 0; i < size; i++) {
      lists.set(top.ids.subarray(i * top.k + window.from - 1, (i + 1) * top.k), (first + i) * width);
    }
  }
  return lists;
}

export interface ApproximateOptions {
  readonly seed: number;
  readonly numProbes: number;
}

/** By an approximate index over a snapshot's items; users without training items have no list. */
export function approximateRankLists(
  { dim, users, items }: Snapshot,
  known: KnownItems,
  { from, to }: RankWindow,
  options: ApproximateOptions,
): Int32Array {
  const width = to - from + 1;
  const lists = new Int32Array(known.numUsers * width).fill(NO_ITEM);
  const index = new ClusteredIndex(items, dim, options);
  for (let user = 0; user < known.numUsers; user++) {
    const own = known.userNeighbors.subarray(known.userOffsets[user], known.userOffsets[user + 1]);
    if (own.length === 0) continue;
    const { ids } = index.search(users.subarray(user * dim, (user + 1) * dim), to, own);
    lists.set(ids.subarray(from - 1), user * width);
  }
  return lists;
}
