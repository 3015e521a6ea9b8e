/** LightGCN with softmax main loss and SwAV prototypes (Caron et al. 2020, arXiv 2006.09882) over edge-dropout views. */
import type { Preset } from './preset.js';

export const swav: Preset = {
  description: 'softmax main loss and SwAV prototypes between two edge-dropout views',
  config: {
    encoder: { name: 'lightgcn', numLayers: 3 },
    views: {
      first: { name: 'edge-dropout', dropProbability: 0.1 },
      second: { name: 'edge-dropout', dropProbability: 0.1 },
      redraw: 'epoch',
    },
    losses: {
      main: { name: 'in-batch-softmax', temperature: 0.15 },
      prototypes: { name: 'swav', weight: 0.1, freezeSteps: 100 },
    },
  },
};
