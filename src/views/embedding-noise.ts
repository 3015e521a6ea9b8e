/**
 * Embedding noise (SimGCL, Yu et al. 2022, arXiv 2112.08679, eq. 6-7): the graph stays whole; every layer's output is
 * moved by a random vector of length `magnitude` within its own orthant.
 */
import { z } from 'zod';
import { drawCounterKey } from '../core/counter-rng.js';
import type { Rng } from '../core/rng.js';
import type { BlockView, DrawnView, LayerNoise, ViewContext } from './view.js';

export const embeddingNoiseSchema = z.strictObject({
  name: z.literal('embedding-noise'),
  magnitude: z
    .number()
    .min(0)
    .default(0.1)
    .describe(
      'length of the noise vector that every layer gets. Too small: views coincide; too large (past the embeddings’ own ' +
        'length): only noise is left',
    ),
});
type EmbeddingNoiseOptions = z.infer<typeof embeddingNoiseSchema>;

export function drawEmbeddingNoise(context: ViewContext, options: EmbeddingNoiseOptions, rng: Rng): DrawnView {
  return { adjacency: context.adjacency, noise: drawNoise(options, context.numLayers, rng) };
}

export function blockEmbeddingNoise(options: EmbeddingNoiseOptions, numLayers: number, rng: Rng): BlockView {
  return { noise: drawNoise(options, numLayers, rng) };
}

function drawNoise({ magnitude }: EmbeddingNoiseOptions, numLayers: number, rng: Rng): LayerNoise {
  // an encoder without layers (a plain table) is perturbed once
  return { magnitude, keys: Array.from({ length: Math.max(1, numLayers) }, () => drawCounterKey(rng)) };
}
