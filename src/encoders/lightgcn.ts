/**
 * LightGCN (He et al. 2020, arXiv 2002.02126, eq. 3-4 and 8): layer k+1 = Â · layer k, no weights, no activation; the
 * final embedding is a combination of the layers.
 */
import type { Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import { attributesSchema } from './attributes-option.js';
import { oneHop } from './encode-rows.js';
import type { Encoder } from './encoder.js';
import { layerCombinationProblem, layerCombinationSchema, layerWeights } from './layer-weights.js';
import { createLinearEncoder } from './linear-encoder.js';

export const lightgcnSchema = z
  .strictObject({
    name: z.literal('lightgcn'),
    embeddingDim: z
      .number()
      .int()
      .min(1)
      .max(4096)
      .default(64)
      .describe('length of every embedding. Too small: tastes share axes; too large: memory, rare items are memorised'),
    numLayers: z
      .number()
      .int()
      .min(0)
      .max(4)
      .default(3)
      .describe('hops. 0 is the plain table; too many make all embeddings alike (over-smoothing) and cost a pass each'),
    layerCombination: layerCombinationSchema,
    attributes: attributesSchema,
  })
  .superRefine(({ numLayers, layerCombination }, context) => {
    const message = layerCombinationProblem(layerCombination, numLayers);
    if (message) context.addIssue({ code: 'custom', path: ['layerCombination'], message });
  });
export type LightgcnOptions = z.infer<typeof lightgcnSchema>;

/** @param variables `embedding` `[numNodes, embeddingDim]`, and `layerWeights` where they are learned */
export function createLightgcn(variables: Readonly<Record<string, Variable>>, options: LightgcnOptions): Encoder {
  const { numLayers, layerCombination } = options;
  return createLinearEncoder(variables, {
    layers: Array.from({ length: numLayers + 1 }, (_, layer) => oneHop(layer, numLayers)),
    weights: layerCombination === 'learned' ? undefined : layerWeights(layerCombination, numLayers),
    firstNode: 0,
  });
}
