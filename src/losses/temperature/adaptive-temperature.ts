/**
 * Adap-τ (Chen et al. 2023, arXiv 2302.04775): a temperature for the whole data from its statistics, and for each user from
 * how well it is fitted (SuperLoss's rule, Castells et al. 2020):
 *
 *   1 / τ₀ = log(numUsers · numItems / (2 · numPairs)) / (mean cosine of positive pairs − mean cosine of all pairs)
 *   τ_u    = τ₀ · exp(W((L_u − mean L) / β)),   W Lambert's function, its argument at least −1/e
 *
 * L_u is the user's mean softmax loss at τ₀: badly fitted (noisy) users get a larger τ, so that their hard negatives teach
 * less. Deviations from the authors' code: L_u is measured once an epoch on clean embeddings, over at most MAX_CANDIDATES
 * items drawn for all users, instead of averaged over the last epoch's batches; all users count for τ₀, not the 80 % with
 * most interactions; positives are divided by τ_u as in the paper, not by τ₀; τ_u is kept within bounds. Before there are
 * embeddings to measure, the gap of cosines counts as UNTRAINED_GAP (theirs) and every user has τ₀.
 */
import * as tf from '@tensorflow/tfjs';
import type { Ragged } from '../../core/ragged.js';
import type { Rng } from '../../core/rng.js';
import { fetchValues, similarity } from '../../ops/index.js';
import { lambertW } from './lambert-w.js';
import type { AdaptiveTemperature } from './temperature.js';

const MAX_CANDIDATES = 2048;
const UNTRAINED_GAP = 0.7;
/** Below this the formula would ask for a τ₀ near 0. */
const LEAST_GAP = 0.01;
/** Cosines held at a time. */
const BLOCK_ENTRIES = 1 << 21;

export interface UnitEmbeddings {
  readonly dim: number;
  /** Unit rows, `[numUsers, dim]`. */
  readonly users: Float32Array;
  /** Unit rows, `[numItems, dim]`. */
  readonly items: Float32Array;
}

/**
 * @param history training items of each user, `[numUsers]` rows
 * @param embeddings absent before training
 * @returns τ of each user, `[numUsers]`
 */
export async function adaptiveTemperatures(
  history: Ragged,
  numItems: number,
  embeddings: UnitEmbeddings | undefined,
  { beta, min, max }: AdaptiveTemperature,
  rng: Rng,
): Promise<Float32Array> {
  const numUsers = history.offsets.length - 1;
  const odds = Math.log(numUsers) + Math.log(numItems) - Math.log(2 * history.values.length);
  const bounded = (value: number): number => Math.min(max, Math.max(min, value));
  const gap = embeddings ? Math.max(LEAST_GAP, cosineGap(history, embeddings)) : UNTRAINED_GAP;
  // data with more than half of all pairs have no odds: the largest τ
  const base = odds > 0 ? bounded(gap / odds) : max;
  if (!embeddings) return new Float32Array(numUsers).fill(base);
  const losses = await userLosses(history, embeddings, base, rng);
  let total = 0;
  let counted = 0;
  for (const value of losses) {
    if (Number.isNaN(value)) continue;
    total += value;
    counted++;
  }
  return losses.map((value) =>
    bounded(Number.isNaN(value) ? base : base * Math.exp(lambertW((value - total / counted) / beta))),
  );
}

/** Mean cosine of the history's pairs minus that of all pairs. */
function cosineGap(history: Ragged, { dim, users, items }: UnitEmbeddings): number {
  const [meanUser, meanItem] = [users, items].map((rows) => {
    const mean = new Float64Array(dim);
    for (let at = 0; at < rows.length; at++) mean[at % dim] += rows[at];
    return mean.map((value) => (value * dim) / rows.length);
  });
  const all = meanUser.reduce((sum, value, d) => sum + value * meanItem[d], 0);
  let positive = 0;
  for (let user = 0; user < history.offsets.length - 1; user++) {
    for (let at = history.offsets[user]; at < history.offsets[user + 1]; at++) {
      positive += cosine(users, user, items, history.values[at], dim);
    }
  }
  return positive / history.values.length - all;
}

/** Mean softmax loss of each user's items at one temperature; NaN for a user without any, `[numUsers]`. */
async function userLosses(
  history: Ragged,
  { dim, users, items }: UnitEmbeddings,
  temperature: number,
  rng: Rng,
): Promise<Float32Array> {
  const numUsers = history.offsets.length - 1;
  const numItems = items.length / dim;
  const drawn = rng.permutation(numItems).subarray(0, MAX_CANDIDATES);
  const candidates = new Float32Array(drawn.length * dim);
  for (const [row, item] of drawn.entries()) {
    candidates.set(items.subarray(item * dim, (item + 1) * dim), row * dim);
  }
  const losses = new Float32Array(numUsers);
  const rowsPerBlock = Math.max(1, Math.floor(BLOCK_ENTRIES / drawn.length));
  for (let first = 0; first < numUsers; first += rowsPerBlock) {
    const rows = Math.min(rowsPerBlock, numUsers - first);
    const products = tf.tidy(() =>
      similarity(
        tf.tensor2d(users.subarray(first * dim, (first + rows) * dim), [rows, dim]),
        tf.tensor2d(candidates, [drawn.length, dim]),
      ),
    );
    const cosines = await fetchValues(products);
    for (let user = first; user < first + rows; user++) {
      let sum = 0; // cosines are at most 1
      for (let j = 0; j < drawn.length; j++)
        sum += Math.exp((cosines[(user - first) * drawn.length + j] - 1) / temperature);
      const [from, to] = [history.offsets[user], history.offsets[user + 1]];
      let positive = 0;
      for (let at = from; at < to; at++) positive += cosine(users, user, items, history.values[at], dim);
      losses[user] = Math.log(sum) + (1 - positive / (to - from)) / temperature;
    }
    products.dispose();
  }
  return losses;
}

function cosine(users: Float32Array, user: number, items: Float32Array, item: number, dim: number): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += users[user * dim + d] * items[item * dim + d];
  return sum;
}
