/**
 * Parallel fusion of embedding models (Huang et al. 2020, arXiv 2006.11632, section 4.2.2, weighted concatenation): the
 * vectors of every model side by side, the users' scaled by α, so that one inner product is the weighted sum of the models'
 * scores. By cosine, as there, all vectors have length 1: Σ_m α_m cos_m(user, item). As trained, a model that ranks by
 * inner products keeps what its lengths say (mostly popularity), but for one factor on each side that makes their root mean
 * square 1: weights then mean much the same in both forms.
 */
import { assertLength, ConfigError } from '../core/errors.js';
import type { Embeddings } from './recommender.js';

export const FUSION_SIMILARITIES = ['cosine', 'as-trained'] as const;
export type FusionSimilarity = (typeof FUSION_SIMILARITIES)[number];

/**
 * @param models over the same users and items; their dimensions may differ
 * @param weights α, one a model, positive. A larger one lets that model decide; equal spreads of scores are not assumed
 * @param similarity `as-trained`: models that are not `normalized` are fused by inner product. `cosine` forgets the lengths of their vectors
 * @returns not normalised: users' lengths depend on the weights. A model that has no vector for a row (all zeros) adds 0 there
 */
export function fuseEmbeddings(
  models: readonly Embeddings[],
  weights: readonly number[],
  similarity: FusionSimilarity = 'as-trained',
): Embeddings {
  assertLength('fuseEmbeddings: weights', weights.length, models.length);
  const embeddingDim = models.reduce((sum, model) => sum + model.embeddingDim, 0);
  const sizes = models.map((model) => [model.users.length, model.items.length].map((n) => n / model.embeddingDim));
  for (const [m, size] of sizes.entries()) {
    if (size[0] === sizes[0][0] && size[1] === sizes[0][1]) continue;
    throw new ConfigError('FUSE_SIZE', `model ${m + 1} has ${size[0]} users × ${size[1]} items, the first ${sizes[0]}`);
  }
  const [users, items] = sizes[0].map((count) => new Float32Array(count * embeddingDim));
  let column = 0;
  for (const [m, model] of models.entries()) {
    const perRow = similarity === 'cosine' || model.normalized;
    copyScaled(model.users, model.embeddingDim, weights[m], perRow, users, embeddingDim, column);
    copyScaled(model.items, model.embeddingDim, 1, perRow, items, embeddingDim, column);
    column += model.embeddingDim;
  }
  return { embeddingDim, users, items, normalized: false };
}

/** Rows of `from` into columns `column` …: each of length `scale` (`perRow`), or `scale` their root mean square length. */
function copyScaled(
  from: Float32Array,
  dim: number,
  scale: number,
  perRow: boolean,
  to: Float32Array,
  width: number,
  column: number,
): void {
  const factorOf = (square: number): number => (square > 0 ? scale / Math.sqrt(square) : 0);
  const ofAll = perRow ? 0 : factorOf(sumOfSquares(from, 0, from.length) / (from.length / dim));
  for (let row = 0; row * dim < from.length; row++) {
    const factor = perRow ? factorOf(sumOfSquares(from, row * dim, dim)) : ofAll;
    for (let d = 0; d < dim; d++) to[row * width + column + d] = factor * from[row * dim + d];
  }
}

function sumOfSquares(values: Float32Array, start: number, count: number): number {
  let sum = 0;
  for (let at = start; at < start + count; at++) sum += values[at] ** 2;
  return sum;
}
