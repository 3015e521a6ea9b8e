/**
 * Edge dropout (SGL-ED, Wu et al. 2021, arXiv 2010.10783, eq. 7): every edge leaves with dropProbability,
 * independently, both directions together; what stays is normalised by the degrees that are left.
 */
import { z } from 'zod';
import { drawCounterKey } from '../core/counter-rng.js';
import type { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { dropEdges } from '../ops/index.js';
import type { BlockView, DrawnView, ViewContext } from './view.js';

export const edgeDropoutSchema = z.strictObject({
  name: z.literal('edge-dropout'),
  dropProbability: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.1)
    .describe('share of edges that leave. Too small: the two views agree for free; too large: neighbourhoods are lost'),
});
type EdgeDropoutOptions = z.infer<typeof edgeDropoutSchema>;

export function drawEdgeDropout(context: ViewContext, options: EdgeDropoutOptions, rng: Rng): DrawnView {
  const { graph, adjacency } = context;
  const { matrix, keptEdges } = dropEdges(adjacency, graph, options.dropProbability, drawCounterKey(rng));
  if (context.lifetime === 'step') return { adjacency: matrix, keptEdges };
  // multiplied with many times: worth a matrix without the dropped entries
  return { adjacency: normalizedAdjacency(graph, keptEdges), keptEdges };
}

export function blockEdgeDropout({ dropProbability }: EdgeDropoutOptions, _numLayers: number, rng: Rng): BlockView {
  return { dropout: { of: 'edges', probability: dropProbability, key: drawCounterKey(rng) } };
}
