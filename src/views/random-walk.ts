/**
 * Random-walk subgraph with restart (Qiu et al. 2020, arXiv 2006.09963, GCC): from every node start `walks` walks of
 * `walkLength` steps to a uniformly drawn neighbour; before each step after the first the walk is back at its start with
 * `restartProbability`. Edges that some walk took stay and are normalised by the degrees that are left.
 * Not SGL's "random walk", which is a fresh edge dropout per layer (see `layerwise-edge-dropout.ts`).
 */
import { z } from 'zod';
import type { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import type { DrawnView, ViewContext } from './view.js';

export const randomWalkSchema = z.strictObject({
  name: z.literal('random-walk'),
  walkLength: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(4)
    .describe(
      'steps a walk. Too few: only own edges of a node; too many: time, and nearly every edge is taken by someone',
    ),
  walks: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(2)
    .describe(
      'walks from every node. Too few: active users keep a sliver of their edges; too many: both views are the graph',
    ),
  restartProbability: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.2)
    .describe(
      'how likely a walk goes home before a step. Near 1 it stays with its start’s own edges, at 0 it drifts to hubs',
    ),
});
type RandomWalkOptions = z.infer<typeof randomWalkSchema>;

export function drawRandomWalk({ graph }: ViewContext, options: RandomWalkOptions, rng: Rng): DrawnView {
  const keptEdges = new Uint8Array(graph.numEdges);
  for (let node = 0; node < graph.numUsers + graph.numItems; node++) {
    for (let walk = 0; walk < options.walks; walk++) walkFrom(graph, node, options, rng, keptEdges);
  }
  return { adjacency: normalizedAdjacency(graph, keptEdges), keptEdges };
}

/** Marks the edges of one walk; none from an isolated node. */
function walkFrom(
  { numUsers, userOffsets, userNeighbors, itemOffsets, itemNeighbors, itemEdges }: BipartiteCsr,
  start: number,
  { walkLength, restartProbability }: RandomWalkOptions,
  rng: Rng,
  taken: Uint8Array,
): void {
  let node = start;
  for (let step = 0; step < walkLength; step++) {
    if (step > 0 && rng.uniform() < restartProbability) node = start;
    const isUser = node < numUsers;
    const offsets = isUser ? userOffsets : itemOffsets;
    const row = isUser ? node : node - numUsers;
    const degree = offsets[row + 1] - offsets[row];
    if (degree === 0) return;
    const slot = offsets[row] + rng.integer(degree);
    taken[isUser ? slot : itemEdges[slot]] = 1;
    node = isUser ? numUsers + userNeighbors[slot] : itemNeighbors[slot];
  }
}
