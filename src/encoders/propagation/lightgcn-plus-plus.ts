/**
 * LightGCN++ (Lee, Kim & Shin 2024, RecSys, doi 10.1145/3640457.3688176, and the code of its authors,
 * github.com/geon0325/LightGCNpp): rows are brought to length 1 before every hop, neighbours are weighed by powers of the
 * degrees that need not be ½ and ½ (`degree-scaling.ts`), and layer 0 has a share of its own in the final embedding:
 *
 *   layer k+1 = D^−α A D^−β unit(layer k),   embedding = γ · layer 0 + (1 − γ) · mean of layers 1 …
 *
 * Deviations: noise of views goes on a hop before D^(½ − α) scales it.
 */
import { z } from 'zod';
import { ConfigError } from '../../core/errors.js';
import { deepLayers } from './deep-layers.js';
import { degreeScaling } from './degree-scaling.js';
import { MAX_HOPS } from './layer-options.js';
import type { PropagationKind } from './propagated.js';

export const lightgcnPlusPlusSchema = z.strictObject({
  name: z.literal('lightgcn-plus-plus'),
  numLayers: z
    .number()
    .int()
    .min(1)
    .max(MAX_HOPS)
    .default(3)
    .describe('hops after layer 0. Too many make all embeddings alike (over-smoothing) and cost a pass each'),
  alpha: z
    .number()
    .min(0)
    .max(2)
    .default(0.6)
    .describe(
      'power of a node’s own degree that divides what it hears. Too small: nodes with many edges have long layers, and so rank high by inner product; too large: they have short ones',
    ),
  beta: z
    .number()
    .min(-1)
    .max(2)
    .default(-0.1)
    .describe(
      'power of a neighbour’s degree that divides what it says; below 0 popular neighbours speak louder. Too small: popular ones alone are heard; too large: rare ones drown them',
    ),
  gamma: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe(
      'share of layer 0 in the embedding. Too small: nothing but the neighbours counts; too large: they do not',
    ),
});

export const lightgcnPlusPlus: PropagationKind<z.infer<typeof lightgcnPlusPlusSchema>> = {
  schema: lightgcnPlusPlusSchema,
  doc: {
    formula: 'layer k+1 = D^−α A D^−β · unit(layer k); embedding = γ · layer 0 + (1 − γ) · mean of the other layers',
    when: 'How far popular nodes reach should be a number to tune: under inner products, or where lightgcn falls short on validation.',
    goesWrong:
      'Leaves the fused path: every layer runs over all nodes, a step takes three to five times as long. Can’t make a user of items; takes no attribute nodes.',
    source: 'Lee, Kim & Shin 2024, RecSys, doi 10.1145/3640457.3688176, and the code of its authors',
  },
  numLayers: ({ numLayers }) => numLayers,
  hearsItems: () => false,
  createVariables: () => ({}),
  create: (rows, { numLayers, gamma, ...exponents }, _variables, { degrees }) => {
    if (degrees === undefined) {
      throw new ConfigError('ENCODER_DEGREES', 'propagation lightgcn-plus-plus: needs the degrees of the nodes');
    }
    const weights = Array.from({ length: numLayers + 1 }, (_, k) => (k === 0 ? gamma : (1 - gamma) / numLayers));
    const scaling = degreeScaling(degrees, exponents);
    return deepLayers(rows, { numLayers, residual: 'none', activation: 'none', mix: { weights }, scaling });
  },
};
