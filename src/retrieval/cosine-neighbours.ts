/**
 * The nodes of a side that are most alike by whom they share edges with: cosines of the rows (users) or columns (items) of the
 * 0/1 user-item matrix.
 *
 *   cos(a, b) = |N_a ∩ N_b| / √(|N_a| |N_b|)
 */

import { type TopK, TopKSelector } from '../core/select-top-k.js';
import type { Side } from '../core/side.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import { SparseRow } from './sparse-row.js';

/** @returns of every user or item, the most alike first, itself and those that share nothing left out, `[numNodes, k]` */
export function cosineNeighbours(graph: BipartiteCsr, side: Side, numNeighbors: number): TopK {
  const { userOffsets, userNeighbors, itemOffsets, itemNeighbors } = graph;
  const [offsets, neighbors, back, others] =
    side === 'user'
      ? [userOffsets, userNeighbors, itemOffsets, itemNeighbors]
      : [itemOffsets, itemNeighbors, userOffsets, userNeighbors];
  const numNodes = offsets.length - 1;
  const degree = (node: number): number => offsets[node + 1] - offsets[node];
  const shared = new SparseRow(numNodes);
  const selector = new TopKSelector(numNodes, numNeighbors, Math.max(1, numNodes - 1));
  const itself = new Int32Array(1);
  for (let node = 0; node < numNodes; node++) {
    for (let at = offsets[node]; at < offsets[node + 1]; at++) {
      const through = neighbors[at];
      for (let slot = back[through]; slot < back[through + 1]; slot++) shared.add(others[slot], 1);
    }
    itself[0] = node;
    const cosines = shared.drain((other, count) => count / Math.sqrt(degree(node) * degree(other)));
    selector.offer(node, cosines, 0, numNodes, 0, itself);
  }
  return selector.finish();
}
