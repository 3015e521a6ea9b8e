/**
 * `lightgcn`: an id table, propagated by LightGCN or, with an activation or the residual `refined`, by its relatives that are
 * not linear.
 */
import { z } from 'zod';
import { activationSchema } from '../activation.js';
import { attributesSchema } from '../attributes-option.js';
import { embeddingDimSchema } from '../embedding-dim.js';
import { checkLayers, numLayersSchema } from '../propagation/layer-options.js';
import { layerCombinationSchema } from '../propagation/layer-weights.js';
import { residualSchema } from '../propagation/residual.js';
import { tableInitializationSchema } from '../rows/initialization.js';
import { layersOf } from './layers-of.js';
import type { ShortForm } from './short-form.js';

export const lightgcnSchema = z
  .strictObject({
    name: z.literal('lightgcn'),
    embeddingDim: embeddingDimSchema,
    initialization: tableInitializationSchema,
    numLayers: numLayersSchema.describe(
      'hops. 0 is the plain table; too many make all embeddings alike (over-smoothing) and cost a pass each',
    ),
    layerCombination: layerCombinationSchema,
    residual: residualSchema,
    activation: activationSchema,
    attributes: attributesSchema,
  })
  .superRefine(checkLayers);

export const lightgcn: ShortForm<z.infer<typeof lightgcnSchema>> = {
  schema: lightgcnSchema,
  doc: {
    formula:
      'layer k+1 = residual(f(Â · layer k)), f the activation, layer 0 the table; embedding = weighted sum of the layers',
    when: 'The default: neighbours of neighbours speak for users and items with few interactions.',
    goesWrong: 'Too many layers make all embeddings alike; each layer costs a pass over the graph.',
    source:
      'He et al. 2020, arXiv 2002.02126; residuals: LR-GCCF (Chen et al. 2020, arXiv 2001.10167), APPNP (Gasteiger et al. 2019, arXiv 1810.05997), LayerGCN (Zhou et al. 2022, arXiv 2207.11088)',
  },
  parts: ({ embeddingDim, initialization, attributes, ...options }) => ({
    embeddingDim,
    rows: { name: 'table', initialization },
    propagation: layersOf(options),
    attributes,
  }),
};
