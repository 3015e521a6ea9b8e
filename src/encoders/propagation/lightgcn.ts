/**
 * LightGCN (He et al. 2020, arXiv 2002.02126, eq. 3-4 and 8): layer k+1 = Â · layer k, no weights, no activation; the
 * final embedding is a combination of the layers. What a layer keeps of earlier ones (`residual.ts`) leaves it linear in
 * layer 0.
 */
import { z } from 'zod';
import { checkLayers, hearsNeighbours, layerOptions } from './layer-options.js';
import { createLayerVariables, layerMix } from './layer-weights.js';
import { layersOverRows } from './layers.js';
import type { PropagationKind } from './propagated.js';
import { linearResidualSchema } from './residual.js';

export const lightgcnPropagationSchema = z
  .strictObject({ name: z.literal('lightgcn'), ...layerOptions, residual: linearResidualSchema })
  .superRefine(checkLayers);

export const lightgcnPropagation: PropagationKind<z.infer<typeof lightgcnPropagationSchema>> = {
  schema: lightgcnPropagationSchema,
  doc: {
    formula: 'layer k+1 = residual(Â · layer k); embedding = weighted sum of the layers',
    when: 'The default: neighbours of neighbours speak for users and items with few interactions.',
    goesWrong: 'Too many layers make all embeddings alike; each layer costs a pass over the graph.',
    source:
      'He et al. 2020, arXiv 2002.02126; residuals: LR-GCCF (Chen et al. 2020, arXiv 2001.10167), APPNP (Gasteiger et al. 2019, arXiv 1810.05997)',
  },
  numLayers: ({ numLayers }) => numLayers,
  hearsItems: (options, rowsHear) => rowsHear || hearsNeighbours(options),
  createVariables: ({ layerCombination, numLayers }) => createLayerVariables(layerCombination, numLayers),
  create: (rows, { numLayers, layerCombination, residual }, variables) =>
    layersOverRows(rows, {
      numLayers,
      residual,
      activation: 'none',
      mix: layerMix(layerCombination, numLayers, variables),
    }),
};
