/**
 * First values of an id table from the graph: with Σ_k σ_k u_k v_kᵀ the largest singular values and vectors of the normalised
 * user-item matrix D_u^-½ R D_i^-½, user a begins at (√σ_k u_k[a])_k and item b at (√σ_k v_k[b])_k, all times one factor. Their inner
 * products are then the matrix of so small a rank that is nearest (PureSVD: Cremonesi, Koren & Turrin 2010, RecSys, there of
 * R itself), and training begins at a model that ranks. The form is ours.
 */
import { ConfigError } from '../../core/errors.js';
import { Rng } from '../../core/rng.js';
import { normalizedAdjacency } from '../../graph/adjacency.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import { truncatedSvd } from '../../graph/spectrum/truncated-svd.js';
import { initialRows } from './initialization.js';

interface SpectralSize {
  readonly embeddingDim: number;
  /** Root mean square of the numbers that the graph gives. */
  readonly std: number;
  readonly seed: number;
}

/**
 * Nodes without an edge, and numbers beyond the rank of the matrix, are drawn from N(0, std²): a number that is 0 on both sides
 * would never learn.
 *
 * @returns of users `[numUsers, embeddingDim]` and of items `[numItems, embeddingDim]`
 * @throws ConfigError `ENCODER_GRAPH` without a graph
 */
export function spectralStart(
  graph: BipartiteCsr | undefined,
  { embeddingDim, std, seed }: SpectralSize,
): { readonly users: Float32Array; readonly items: Float32Array } {
  if (graph === undefined) throw new ConfigError('ENCODER_GRAPH', 'initialization spectral: needs the graph');
  const { userOffsets, itemOffsets } = graph;
  const svd = truncatedSvd(normalizedAdjacency(graph), graph, embeddingDim, Rng.of(seed, 'init', 'spectral'));
  const { values } = svd;
  // Σ over both sides of the squares of √σ_k u_k is 2 Σ σ_k, since u_k and v_k have length 1
  const squares = 2 * values.reduce((sum, value) => sum + value, 0);
  const connected = [userOffsets, itemOffsets].reduce((sum, offsets) => sum + countConnected(offsets), 0);
  const factor = std * Math.sqrt((connected * values.length) / squares);
  const side = (kind: string, offsets: Int32Array, vectors: Float64Array): Float32Array => {
    const rows = initialRows({ name: 'normal', std }, offsets.length - 1, embeddingDim, Rng.of(seed, 'init', kind));
    for (let node = 0; node + 1 < offsets.length; node++) {
      if (offsets[node + 1] === offsets[node]) continue;
      for (const [k, value] of values.entries()) {
        rows[node * embeddingDim + k] = factor * Math.sqrt(value) * vectors[node * values.length + k];
      }
    }
    return rows;
  };
  return { users: side('users', userOffsets, svd.left), items: side('items', itemOffsets, svd.right) };
}

function countConnected(offsets: Int32Array): number {
  let count = 0;
  for (let node = 0; node + 1 < offsets.length; node++) if (offsets[node + 1] > offsets[node]) count++;
  return count;
}
