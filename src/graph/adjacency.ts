/**
 * Message-passing operator over all nodes: the symmetrically normalised adjacency D^-1/2 A D^-1/2 of the bipartite
 * graph (LightGCN, He et al. 2020, arXiv 2002.02126, eq. 3), as one square CSR.
 * Node index = user index, or numUsers + item index. Isolated nodes have an empty row.
 */
import type { BipartiteCsr } from './bipartite-csr.js';

export interface Adjacency {
  /** numUsers + numItems. */
  readonly numNodes: number;
  /** `[numNodes + 1]`. */
  readonly offsets: Int32Array;
  /** Node index of each entry, ascending within a row, `[2 · numEdges]`. */
  readonly columns: Int32Array;
  /** `[2 · numEdges]`. The matrix is symmetric, so it is its own transpose. */
  readonly values: Float32Array;
}

/**
 * @param csr the graph; edge weights enter the degrees and the entries: w(u,i) / sqrt(Σw(u) Σw(i)).
 * @param keptEdges optional mask over edges, `[numEdges]`, non-zero = kept; degrees are taken over the kept edges.
 */
export function normalizedAdjacency(csr: BipartiteCsr, keptEdges?: Uint8Array): Adjacency {
  return scaledAdjacency(csr, inverseRootStrengths(csr, keptEdges), keptEdges);
}

/** As they are: the weights, or ones. */
export function plainAdjacency(csr: BipartiteCsr): Adjacency {
  return scaledAdjacency(csr, new Float64Array(csr.numUsers + csr.numItems).fill(1));
}

/** @param scale of each node's entries, `[numUsers + numItems]` */
function scaledAdjacency(csr: BipartiteCsr, scale: Float64Array, keptEdges?: Uint8Array): Adjacency {
  const { numUsers, numItems, userOffsets, userNeighbors, itemOffsets, itemNeighbors, itemEdges, weight } = csr;
  const kept = keptEdges ? keptEdges.reduce((sum, flag) => sum + (flag ? 1 : 0), 0) : csr.numEdges;
  const offsets = new Int32Array(numUsers + numItems + 1);
  const columns = new Int32Array(2 * kept);
  const values = new Float32Array(2 * kept);
  let at = 0;
  for (let user = 0; user < numUsers; user++) {
    for (let edge = userOffsets[user]; edge < userOffsets[user + 1]; edge++) {
      if (keptEdges && !keptEdges[edge]) continue;
      const node = numUsers + userNeighbors[edge];
      columns[at] = node;
      values[at++] = (weight ? weight[edge] : 1) * scale[user] * scale[node];
    }
    offsets[user + 1] = at;
  }
  for (let item = 0; item < numItems; item++) {
    for (let slot = itemOffsets[item]; slot < itemOffsets[item + 1]; slot++) {
      const edge = itemEdges[slot];
      if (keptEdges && !keptEdges[edge]) continue;
      columns[at] = itemNeighbors[slot];
      values[at++] = (weight ? weight[edge] : 1) * scale[itemNeighbors[slot]] * scale[numUsers + item];
    }
    offsets[numUsers + item + 1] = at;
  }
  return { numNodes: numUsers + numItems, offsets, columns, values };
}

/** 1 / sqrt of each node's summed edge weight (over the kept edges), 0 for an isolated node, `[numUsers + numItems]`. */
export function inverseRootStrengths(csr: BipartiteCsr, keptEdges?: Uint8Array): Float64Array {
  const { numUsers, numItems, userOffsets, userNeighbors, weight } = csr;
  const strength = new Float64Array(numUsers + numItems);
  for (let user = 0; user < numUsers; user++) {
    for (let edge = userOffsets[user]; edge < userOffsets[user + 1]; edge++) {
      if (keptEdges && !keptEdges[edge]) continue;
      const value = weight ? weight[edge] : 1;
      strength[user] += value;
      strength[numUsers + userNeighbors[edge]] += value;
    }
  }
  for (let node = 0; node < strength.length; node++) {
    if (strength[node] > 0) strength[node] = 1 / Math.sqrt(strength[node]);
  }
  return strength;
}
