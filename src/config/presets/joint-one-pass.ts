/**
 * The joint objective in one pass of the encoder: InfoNCE between the final embedding and layer 1 (the pairing of XSimGCL, Yu et al. 2023,
 * arXiv 2209.02544, here without noise) over some of the batch's nodes, prototypes between a user and its item (swapped prediction of Caron
 * et al. 2020, arXiv 2006.09882). No view is drawn and nothing is encoded twice.
 */
import type { Preset } from './preset.js';

export const jointOnePass: Preset = {
  description: 'joint without views: InfoNCE between layers, prototypes between users and items, one pass',
  config: {
    encoder: { name: 'lightgcn', numLayers: 2 },
    views: { pairing: 'cross-layer', first: { name: 'identity' }, contrastLayer: 1 },
    losses: {
      main: { name: 'in-batch-softmax', temperature: 0.15 },
      contrastive: { weight: 0.02, temperature: 0.2, numNodes: 512 },
      prototypes: { name: 'concat', weight: 0.02, freezeSteps: 100 },
    },
  },
};
