/**
 * Layerwise edge dropout (SGL-RW, Wu et al. 2021, arXiv 2010.10783, eq. 8, there called random walk): each layer passes
 * its messages over an edge dropout of its own.
 */
import { z } from 'zod';
import type { Rng } from '../core/rng.js';
import { drawEdgeDropout } from './edge-dropout.js';
import type { DrawnView, ViewContext } from './view.js';

export const layerwiseEdgeDropoutSchema = z.strictObject({
  name: z.literal('layerwise-edge-dropout'),
  dropProbability: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.1)
    .describe(
      'share of edges that leave in each layer. Too small: the two views agree for free; too large: paths of two hops break',
    ),
});
type LayerwiseEdgeDropoutOptions = z.infer<typeof layerwiseEdgeDropoutSchema>;

export function drawLayerwiseEdgeDropout(
  context: ViewContext,
  { dropProbability }: LayerwiseEdgeDropoutOptions,
  rng: Rng,
): DrawnView {
  const layers = Array.from({ length: context.numLayers }, () =>
    drawEdgeDropout(context, { name: 'edge-dropout', dropProbability }, rng),
  );
  return { adjacency: context.adjacency, layers };
}
