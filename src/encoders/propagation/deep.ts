/**
 * Layers that are not linear in layer 0: an activation on what a layer hears (EGCF, Zhang et al. 2024, ACM TOIS, doi
 * 10.1145/3701230), or the row-wise residual of LayerGCN (Zhou et al. 2022, arXiv 2207.11088).
 *
 * Deviations: EGCF sums layers 1 … L; here the sum is weighted as `layerCombination` says. LayerGCN also prunes edges by
 * degree (take a view for that).
 */
import { z } from 'zod';
import { activationSchema } from '../activation.js';
import { checkLayers, hearsNeighbours, layerOptions } from './layer-options.js';
import { createLayerVariables, layerMix } from './layer-weights.js';
import { layersOverRows } from './layers.js';
import type { PropagationKind } from './propagated.js';
import { residualSchema } from './residual.js';

export const deepPropagationSchema = z
  .strictObject({
    name: z.literal('deep'),
    ...layerOptions,
    residual: residualSchema,
    activation: activationSchema.unwrap().default('tanh').describe('of what a layer hears; tanh as in EGCF'),
  })
  .superRefine(checkLayers);

export const deepPropagation: PropagationKind<z.infer<typeof deepPropagationSchema>> = {
  schema: deepPropagationSchema,
  doc: {
    formula: 'layer k+1 = residual(f(Â · layer k)), f the activation; embedding = weighted sum of the layers',
    when: 'EGCF (tanh) and LayerGCN (activation none, residual refined), where a linear propagation falls short on validation.',
    goesWrong: 'Leaves the fused path: every layer runs over all nodes, a step takes three to five times as long.',
    source:
      'EGCF: Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230; LayerGCN: Zhou et al. 2022, arXiv 2207.11088; other residuals as of lightgcn',
  },
  numLayers: ({ numLayers }) => numLayers,
  hearsItems: (options, rowsHear) => options.residual !== 'refined' && (rowsHear || hearsNeighbours(options)),
  createVariables: ({ layerCombination, numLayers }) => createLayerVariables(layerCombination, numLayers),
  create: (rows, { numLayers, layerCombination, residual, activation }, variables) =>
    layersOverRows(rows, {
      numLayers,
      residual,
      activation,
      mix: layerMix(layerCombination, numLayers, variables),
    }),
};
