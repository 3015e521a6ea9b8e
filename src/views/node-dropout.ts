/**
 * Node dropout (SGL-ND, Wu et al. 2021, arXiv 2010.10783, eq. 6): every user and item leaves with dropProbability and
 * takes its edges along. A node that left keeps its own layer-0 embedding and passes no messages.
 */
import { z } from 'zod';
import { drawCounterKey } from '../core/counter-rng.js';
import type { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import type { BlockView, DrawnView, ViewContext } from './view.js';

export const nodeDropoutSchema = z.strictObject({
  name: z.literal('node-dropout'),
  dropProbability: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.1)
    .describe(
      'share of nodes that leave; an edge survives with (1 − p)², so p removes about twice the edges that edge dropout does. ' +
        'Too small: the two views agree for free; too large: neighbourhoods are lost',
    ),
});
type NodeDropoutOptions = z.infer<typeof nodeDropoutSchema>;

export function drawNodeDropout(context: ViewContext, options: NodeDropoutOptions, rng: Rng): DrawnView {
  const { graph } = context;
  const keptNodes = new Uint8Array(graph.numUsers + graph.numItems);
  for (let node = 0; node < keptNodes.length; node++)
    keptNodes[node] = rng.uniform() >= options.dropProbability ? 1 : 0;
  const keptEdges = new Uint8Array(graph.numEdges);
  for (let user = 0; user < graph.numUsers; user++) {
    if (!keptNodes[user]) continue;
    for (let edge = graph.userOffsets[user]; edge < graph.userOffsets[user + 1]; edge++) {
      keptEdges[edge] = keptNodes[graph.numUsers + graph.userNeighbors[edge]];
    }
  }
  return { adjacency: normalizedAdjacency(graph, keptEdges), keptEdges, keptNodes };
}

export function blockNodeDropout({ dropProbability }: NodeDropoutOptions, _numLayers: number, rng: Rng): BlockView {
  return { dropout: { of: 'nodes', probability: dropProbability, key: drawCounterKey(rng) } };
}
