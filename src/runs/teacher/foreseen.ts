/** Whether another run was fitted to what a graph holds out: what it knows of those pairs may not go into a training on that graph. */
import { type BipartiteCsr, hasEdge } from '../../graph/bipartite-csr.js';
import type { StoredGraph } from '../../graph/stored-graph.js';

/** Numbers of this graph's users and items in the other one; −1 where it has them not. */
interface NumbersThere {
  readonly users: ArrayLike<number>;
  readonly items: ArrayLike<number>;
}

/**
 * @param fitted edges that the other run was fitted to
 * @param there absent: both graphs number alike
 * @returns the part of the first such pair, undefined where there is none
 */
export function foreseenPart(
  graph: Pick<StoredGraph, 'valid' | 'test'>,
  fitted: BipartiteCsr,
  there?: NumbersThere,
): 'valid' | 'test' | undefined {
  for (const part of ['valid', 'test'] as const) {
    const { offsets, values } = graph[part];
    for (let user = 0; user + 1 < offsets.length; user++) {
      const other = there ? there.users[user] : user;
      if (other < 0) continue;
      for (let at = offsets[user]; at < offsets[user + 1]; at++) {
        const item = there ? there.items[values[at]] : values[at];
        if (item >= 0 && hasEdge(fitted, other, item)) return part;
      }
    }
  }
  return undefined;
}
