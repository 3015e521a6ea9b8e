/**
 * Strong generalisation: users whom training never saw, made of a part of what they had. What a model makes of it depends on the
 * model: vectors of the items (`encodeHistory`), or the items themselves (item-kNN, content-kNN).
 */
import type { Ragged } from '../core/ragged.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import { encodeHistory, type HistoryVectors } from './history-vectors.js';
import type { Embeddings } from './recommender.js';

/** What users had, as far as a model may know it when it ranks. */
export interface Histories {
  readonly numUsers: number;
  readonly numItems: number;
  /** User u had the items userNeighbors[userOffsets[u] … userOffsets[u+1]), `[numUsers + 1]`. */
  readonly userOffsets: Int32Array;
  /** `[numPairs]`. */
  readonly userNeighbors: Int32Array;
  /** `[numPairs]`; absent means 1 each. */
  readonly weight?: Float32Array;
}

/** Training edges, and for users without any their fold-in items, weight 1. @param foldIn `[numUsers]` rows */
export function historiesOf(train: BipartiteCsr, foldIn?: Ragged): Histories {
  if (!foldIn) return train;
  const { numUsers, numItems } = train;
  const userOffsets = new Int32Array(numUsers + 1);
  const items: Int32Array[] = [];
  const weights: Float32Array[] = [];
  for (let user = 0; user < numUsers; user++) {
    const [first, last] = [train.userOffsets[user], train.userOffsets[user + 1]];
    const isKnown = last > first;
    const own = isKnown
      ? train.userNeighbors.subarray(first, last)
      : foldIn.values.subarray(foldIn.offsets[user], foldIn.offsets[user + 1]);
    items.push(own);
    if (train.weight) weights.push(isKnown ? train.weight.subarray(first, last) : new Float32Array(own.length).fill(1));
    userOffsets[user + 1] = userOffsets[user] + own.length;
  }
  const numPairs = userOffsets[numUsers];
  const userNeighbors = new Int32Array(numPairs);
  const weight = train.weight && new Float32Array(numPairs);
  for (let user = 0; user < numUsers; user++) {
    userNeighbors.set(items[user], userOffsets[user]);
    weight?.set(weights[user], userOffsets[user]);
  }
  return { numUsers, numItems, userOffsets, userNeighbors, ...(weight && { weight }) };
}

/**
 * The embeddings with a row for every user who has fold-in items, made of them; all other rows as they are.
 * @param foldIn `[numUsers]` rows
 * @param ownRows what each user's features bring, where users have a tower, `[numUsers, embeddingDim]`
 */
export function foldInUsers(
  embeddings: Embeddings,
  vectors: HistoryVectors,
  { offsets, values }: Ragged,
  ownRows?: Float32Array,
): Embeddings {
  const { embeddingDim } = embeddings;
  const users = embeddings.users.slice();
  for (let user = 0; user + 1 < offsets.length; user++) {
    if (offsets[user] === offsets[user + 1]) continue;
    const own = ownRows?.subarray(user * embeddingDim, (user + 1) * embeddingDim);
    users.set(
      encodeHistory(vectors, values.subarray(offsets[user], offsets[user + 1]), undefined, own),
      user * embeddingDim,
    );
  }
  return { ...embeddings, users };
}
