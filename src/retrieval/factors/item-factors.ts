/**
 * A linear model over items as vectors: scores r_u A Bᵀ, with r_u what user u had (`[numItems]`, weights or ones) and A, B of few
 * columns. The user is the sum of the rows of A of what it had, the item its row of B.
 *
 *   user = Σ_i w(u,i) a_i / √(Σ_i w(u,i)),   item = b_i
 *
 * The root, which the models themselves don't have, changes no user's ranking. With it a user is made as `encodeHistory` makes
 * any, so that new users need nothing but their items.
 */
import type { Histories } from '../fold-in.js';
import { encodeHistory, type HistoryVectors } from '../history-vectors.js';
import type { Embeddings } from '../recommender.js';

export interface ItemFactors {
  readonly embeddingDim: number;
  /** A: what each item says of whoever had it, `[numItems, embeddingDim]` row-major. */
  readonly said: Float32Array;
  /** B: what each item is scored by, `[numItems, embeddingDim]` row-major. */
  readonly items: Float32Array;
}

/** @param countsRepeats whether the graph's edges have weights */
export function historyOfFactors(
  { embeddingDim, said }: Pick<ItemFactors, 'embeddingDim' | 'said'>,
  countsRepeats: boolean,
): HistoryVectors {
  const terms = [{ weight: 1, items: said }];
  return { embeddingDim, normalized: false, isWholeModel: true, countsRepeats, activation: 'none', terms };
}

/** @param histories what users are made of; who has nothing gets zeros */
export function embeddingsOfFactors(factors: ItemFactors, histories: Histories): Embeddings {
  const { embeddingDim, items } = factors;
  const { numUsers, userOffsets, userNeighbors, weight } = histories;
  const vectors = historyOfFactors(factors, weight !== undefined);
  const users = new Float32Array(numUsers * embeddingDim);
  for (let user = 0; user < numUsers; user++) {
    const [first, last] = [userOffsets[user], userOffsets[user + 1]];
    users.set(
      encodeHistory(vectors, userNeighbors.subarray(first, last), weight?.subarray(first, last)),
      user * embeddingDim,
    );
  }
  return { embeddingDim, users, items, normalized: false };
}
