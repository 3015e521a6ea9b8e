/**
 * EASE (Steck 2019, WWW, arXiv 1905.03375, eq. 8) as vectors. With X the pairs, `[numUsers, numItems]`, EASE regresses each item on all others:
 *
 *   P = (Xᵀ X + λ I)⁻¹,   B = I − P · diag(1 / diag P),   scores of u = r_u B,
 *
 * so that B[i, j] = −P[i, j] / P[j, j] off the diagonal. The diagonal, which EASE holds at 0, reaches only items that the user had and that are
 * not asked for. It may be anything, then, and with X = U S Vᵀ one is chosen that leaves a matrix of few large eigenvalues:
 *
 *   I / λ − P = V F Vᵀ,   F = S² / (λ (S² + λ)),   so a_i = F^1/2 v_i and b_j = F^1/2 v_j / P[j, j],
 *
 * where 1 / λ − P[j, j] is row j of V F Vᵀ at j. The first singular vectors of X are enough: no matrix of items by items is made or inverted.
 * With all of them the scores are EASE's. With fewer, P[j, j] too is taken from those that are kept.
 */
import type { Rng } from '../../core/rng.js';
import { plainAdjacency } from '../../graph/adjacency.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import { truncatedSvd } from '../../graph/spectrum/truncated-svd.js';
import type { ItemFactors } from './item-factors.js';

export const EASE_DEFAULTS = Object.freeze({
  rank: 64,
  /** λ. Too small: what single users happened to take decides; too large: little but popularity. */
  regularization: 250,
});

/** @returns at most `rank` columns: as many as X has singular values that are not zero */
export function easeFactors(
  train: BipartiteCsr,
  { rank, regularization: lambda }: { readonly rank: number; readonly regularization: number },
  rng: Rng,
): ItemFactors {
  const { values, right } = truncatedSvd(plainAdjacency(train), train, rank, rng);
  const embeddingDim = values.length;
  const roots = values.map((value) => value / Math.sqrt(lambda * (value * value + lambda)));
  const said = Float32Array.from(right, (value, at) => roots[at % embeddingDim] * value);
  const items = new Float32Array(said.length);
  for (let first = 0; first < items.length; first += embeddingDim) {
    const row = said.subarray(first, first + embeddingDim);
    const ownInverse = 1 / lambda - row.reduce((sum, value) => sum + value * value, 0);
    for (let d = 0; d < embeddingDim; d++) items[first + d] = row[d] / ownInverse;
  }
  return { embeddingDim, said, items };
}
