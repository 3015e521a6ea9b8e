/**
 * The ideal low-pass filter of GF-CF (Shen et al. 2021, CIKM, arXiv 2108.07567, eq. 9) as vectors. With R̃ = D_U^-1/2 R D_I^-1/2 and V
 * its first right singular vectors, `[numItems, rank]`:
 *
 *   scores of u = r_u D_I^-1/2 V Vᵀ D_I^1/2,   so a_i = d_i^-1/2 v_i and b_i = d_i^1/2 v_i.
 *
 * d are sums of edge weights. GF-CF adds the linear filter r_u R̃ᵀ R̃, which has no few columns; it is left out.
 */
import type { Rng } from '../../core/rng.js';
import { inverseRootStrengths, normalizedAdjacency } from '../../graph/adjacency.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import { truncatedSvd } from '../../graph/spectrum/truncated-svd.js';
import type { ItemFactors } from './item-factors.js';

/** Too small: little but popularity; too large: what single users happened to take comes back, and vectors are longer. */
export const GRAPH_FILTER_DEFAULTS = Object.freeze({ rank: 64 });

/** @returns at most `rank` columns: as many as R̃ has singular values that are not zero */
export function graphFilterFactors(train: BipartiteCsr, rank: number, rng: Rng): ItemFactors {
  const { values, right } = truncatedSvd(normalizedAdjacency(train), train, rank, rng);
  const embeddingDim = values.length;
  const inverseRoot = inverseRootStrengths(train).subarray(train.numUsers);
  const scaled = (scaleOf: (inverse: number) => number): Float32Array =>
    Float32Array.from(right, (value, at) => value * scaleOf(inverseRoot[Math.floor(at / embeddingDim)]));
  return {
    embeddingDim,
    said: scaled((inverse) => inverse),
    items: scaled((inverse) => (inverse > 0 ? 1 / inverse : 0)),
  };
}
