/**
 * The score that each user's K-th item has, estimated as SL@K does (arXiv 2508.05673): the K-th largest among the
 * user's own positives and some sampled items. It is at most the true one, since more items can only raise it.
 *
 * Deviations from the authors' code: one sample serves all users and holds items once, an item that is both counts once, a user's
 * positives count however many they are, and it is done at the beginning of an epoch instead of during one.
 */
import * as tf from '@tensorflow/tfjs';
import type { Ragged } from '../../core/ragged.js';
import type { Rng } from '../../core/rng.js';
import { selectTopK } from '../../core/select-top-k.js';
import { fetchValues, similarity } from '../../ops/index.js';
import type { TopKPlan } from './top-k-weights.js';

/** Scores held at a time. */
const BLOCK_ENTRIES = 1 << 21;

/** Rows as the loss compares them. */
interface ScoredRows {
  readonly dim: number;
  /** `[numUsers, dim]`. */
  readonly users: Float32Array;
  /** `[numItems, dim]`. */
  readonly items: Float32Array;
}

/**
 * @param history training items of each user, `[numUsers]` rows
 * @returns inner products, `[numUsers]`; where there are fewer than K items, that of the last
 */
export async function topKScores(
  history: Ragged,
  { dim, users, items }: ScoredRows,
  { k, numSampled }: TopKPlan,
  rng: Rng,
): Promise<Float32Array> {
  const [numUsers, numItems] = [users.length / dim, items.length / dim];
  const sample = rng.permutation(numItems).subarray(0, numSampled);
  const isSampled = new Uint8Array(numItems);
  const sampled = new Float32Array(sample.length * dim);
  for (const [row, item] of sample.entries()) {
    isSampled[item] = 1;
    sampled.set(items.subarray(item * dim, (item + 1) * dim), row * dim);
  }
  const result = new Float32Array(numUsers);
  const rowsPerBlock = Math.max(1, Math.floor(BLOCK_ENTRIES / sample.length));
  for (let first = 0; first < numUsers; first += rowsPerBlock) {
    const rows = Math.min(rowsPerBlock, numUsers - first);
    const products = tf.tidy(() =>
      similarity(
        tf.tensor2d(users.subarray(first * dim, (first + rows) * dim), [rows, dim]),
        tf.tensor2d(sampled, [sample.length, dim]),
      ),
    );
    const scores = await fetchValues(products);
    for (let user = first; user < first + rows; user++) {
      const beside = history.values
        .subarray(history.offsets[user], history.offsets[user + 1])
        .filter((item) => !isSampled[item]);
      const all = new Float32Array(sample.length + beside.length);
      all.set(scores.subarray((user - first) * sample.length, (user - first + 1) * sample.length));
      for (const [at, item] of beside.entries()) {
        let sum = 0;
        for (let d = 0; d < dim; d++) sum += users[user * dim + d] * items[item * dim + d];
        all[sample.length + at] = sum;
      }
      const best = selectTopK(all, k);
      result[user] = best.scores[best.k - 1];
    }
    products.dispose();
  }
  return result;
}
