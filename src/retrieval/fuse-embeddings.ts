/**
 * Parallel fusion of embedding models (Huang et al. 2020, arXiv 2006.11632, section 4.2.2, weighted concatenation): unit
 * vectors of every model side by side, the users' scaled by α, so that one inner product is Σ_m α_m cos_m(user, item).
 */
import { assertLength, ConfigError } from '../core/errors.js';
import type { Embeddings } from './recommender.js';

/**
 * @param models over the same users and items; their dimensions may differ
 * @param weights α, one a model, positive. A larger one lets that model decide; equal cosine spreads are not assumed
 * @returns not normalised: users' lengths depend on the weights. A model that has no vector for a row (all zeros) adds 0 there
 */
export function fuseEmbeddings(models: readonly Embeddings[], weights: readonly number[]): Embeddings {
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
    copyUnit(model.users, model.embeddingDim, weights[m], users, embeddingDim, column);
    copyUnit(model.items, model.embeddingDim, 1, items, embeddingDim, column);
    column += model.embeddingDim;
  }
  return { embeddingDim, users, items, normalized: false };
}

/** Rows of `from` with length `scale` into columns `column` … of `to`. */
function copyUnit(
  from: Float32Array,
  dim: number,
  scale: number,
  to: Float32Array,
  width: number,
  column: number,
): void {
  for (let row = 0; row * dim < from.length; row++) {
    let square = 0;
    for (let d = 0; d < dim; d++) square += from[row * dim + d] ** 2;
    const factor = square > 0 ? scale / Math.sqrt(square) : 0;
    for (let d = 0; d < dim; d++) to[row * width + column + d] = factor * from[row * dim + d];
  }
}
