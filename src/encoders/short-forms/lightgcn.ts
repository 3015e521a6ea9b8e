/**
 * LightGCN (He et al. 2020, arXiv 2002.02126, eq. 3-4 and 8): layer k+1 = Â · layer k, no weights, no activation; the
 * final embedding is a combination of the layers. Options turn it into its relatives: what a layer keeps of earlier ones
 * (`residual.ts`), and an activation.
 */
import type { Variable } from '@tensorflow/tfjs';
import { z } from 'zod';
import { attributesSchema } from './attributes-option.js';
import { createDeepEncoder } from './deep-encoder.js';
import { embeddingDimSchema } from './embedding-dim.js';
import type { Encoder } from './encoder.js';
import { initializationSchema } from './initialization.js';
import { layerCombinationProblem, layerCombinationSchema, layerWeights } from './layer-weights.js';
import { createLinearEncoder } from './linear-encoder.js';
import { activationSchema, layersOverHops, residualSchema } from './residual.js';

export const lightgcnSchema = z
  .strictObject({
    name: z.literal('lightgcn'),
    embeddingDim: embeddingDimSchema,
    initialization: initializationSchema,
    numLayers: z
      .number()
      .int()
      .min(0)
      .max(4)
      .default(3)
      .describe('hops. 0 is the plain table; too many make all embeddings alike (over-smoothing) and cost a pass each'),
    layerCombination: layerCombinationSchema,
    residual: residualSchema,
    activation: activationSchema,
    attributes: attributesSchema,
  })
  .superRefine(({ numLayers, layerCombination }, context) => {
    const message = layerCombinationProblem(layerCombination, numLayers);
    if (message) context.addIssue({ code: 'custom', path: ['layerCombination'], message });
  });
export type LightgcnOptions = z.infer<typeof lightgcnSchema>;

/** @param variables `embedding` `[numNodes, embeddingDim]`, and `layerWeights` where they are learned */
export function createLightgcn(variables: Readonly<Record<string, Variable>>, options: LightgcnOptions): Encoder {
  const { numLayers, layerCombination, residual, activation } = options;
  const weights = layerCombination === 'learned' ? undefined : layerWeights(layerCombination, numLayers);
  if (activation !== 'none' || residual === 'refined') {
    return createDeepEncoder(variables, { numLayers, weights, residual, activation, firstNode: 0 });
  }
  return createLinearEncoder(variables, { layers: layersOverHops(residual, numLayers), weights, firstNode: 0 });
}
