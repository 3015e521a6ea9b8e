/** Items that are trained as cold ones for an epoch: drawn, and their edges taken out of the graph. */
import type { Rng } from '../../core/rng.js';
import { type Adjacency, normalizedAdjacency } from '../../graph/adjacency.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';

/** Each item apart with probability `share`. @returns non-zero for those that are cut, `[numUsers + numItems]` */
export function cutItems({ numUsers, numItems }: BipartiteCsr, share: number, rng: Rng): Uint8Array {
  const cut = new Uint8Array(numUsers + numItems);
  for (let node = numUsers; node < cut.length; node++) cut[node] = rng.uniform() < share ? 1 : 0;
  return cut;
}

/** @param cut non-zero for items whose edges go, `[numUsers + numItems]` */
export function withoutCut(graph: BipartiteCsr, cut: Uint8Array): Adjacency {
  const { numUsers, userNeighbors } = graph;
  return normalizedAdjacency(
    graph,
    Uint8Array.from(userNeighbors, (item) => (cut[numUsers + item] ? 0 : 1)),
  );
}
