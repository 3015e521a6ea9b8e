/**
 * Edge addition: new user-item edges join the graph, which is then normalised by the new degrees. The user is
 * drawn by degree, the item uniformly (the counterpart of edge dropout; cf. You et al. 2020, arXiv 2010.13902, edge
 * perturbation), or by item-item similarity: the walk user → own item → its user → item ends where P³ (Cooper et al. 2014, WWW) ranks high.
 * Only training edges are looked at: a view can't know held-out pairs and may hit one by chance, as any guess may.
 */
import { z } from 'zod';
import type { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { type BipartiteCsr, buildBipartiteCsr, edgeUsers, hasEdge } from '../graph/bipartite-csr.js';
import type { AddedEdges, DrawnView, ViewContext } from './view.js';

export const edgeAdditionSchema = z.strictObject({
  name: z.literal('edge-addition'),
  addShare: z
    .number()
    .min(0)
    .max(2)
    .default(0.1)
    .describe(
      'new edges as a share of the old ones. Too small: the views agree for free; too large: neighbours are strangers',
    ),
  by: z
    .enum(['random', 'similar'])
    .default('similar')
    .describe('random: any item; similar: an item that shares users with one of the user’s own'),
});
type EdgeAdditionOptions = z.infer<typeof edgeAdditionSchema>;

/** A pair that is there already is drawn anew so often before it is given up (small dense graphs have few free pairs). */
const MAX_TRIES = 20;

export function drawEdgeAddition({ graph }: ViewContext, options: EdgeAdditionOptions, rng: Rng): DrawnView {
  const addedEdges = drawNewEdges(graph, options, edgeUsers(graph), rng);
  return { adjacency: normalizedAdjacency(withEdges(graph, addedEdges)), addedEdges };
}

function drawNewEdges(
  graph: BipartiteCsr,
  { addShare, by }: EdgeAdditionOptions,
  userOfEdge: Int32Array,
  rng: Rng,
): AddedEdges {
  const { numUsers, numItems, numEdges, userOffsets, userNeighbors, itemOffsets, itemNeighbors } = graph;
  const within = (offsets: Int32Array, row: number): number =>
    offsets[row] + rng.integer(offsets[row + 1] - offsets[row]);
  const users: number[] = [];
  const items: number[] = [];
  const seen = new Set<number>();
  const wanted = Math.round(addShare * numEdges);
  for (let n = 0; n < wanted; n++) {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      // by an edge: active users get more new edges, as they have more old ones
      const edge = rng.integer(numEdges);
      const user = userOfEdge[edge];
      let item: number;
      if (by === 'random') item = rng.integer(numItems);
      else item = userNeighbors[within(userOffsets, itemNeighbors[within(itemOffsets, userNeighbors[edge])])];
      const key = item * numUsers + user;
      if (seen.has(key) || hasEdge(graph, user, item)) continue;
      seen.add(key);
      users.push(user);
      items.push(item);
      break;
    }
  }
  return { users: Int32Array.from(users), items: Int32Array.from(items) };
}

/** The graph with more edges, each of the mean weight. */
function withEdges(graph: BipartiteCsr, added: AddedEdges): BipartiteCsr {
  const { numUsers, numItems, numEdges, userNeighbors, weight } = graph;
  const joined = (old: Int32Array, more: Int32Array): Int32Array => {
    const all = new Int32Array(old.length + more.length);
    all.set(old);
    all.set(more, old.length);
    return all;
  };
  let weights: Float32Array | undefined;
  if (weight) {
    const mean = weight.reduce((sum, value) => sum + value, 0) / numEdges;
    weights = new Float32Array(numEdges + added.users.length).fill(mean);
    weights.set(weight);
  }
  const edges = {
    userIndex: joined(edgeUsers(graph), added.users),
    itemIndex: joined(userNeighbors, added.items),
    weight: weights,
  };
  return buildBipartiteCsr(edges, { numUsers, numItems });
}
