/** Softmax main loss + InfoNCE + SwAV prototypes in one objective. */
import type { Preset } from './preset.js';

export const joint: Preset = {
  description: 'softmax main loss, InfoNCE and SwAV prototypes between two views',
  config: {
    encoder: { name: 'lightgcn', numLayers: 2 },
    views: {
      first: { name: 'edge-dropout', dropProbability: 0.1 },
      second: { name: 'edge-dropout', dropProbability: 0.1 },
      redraw: 'epoch',
    },
    losses: {
      main: { name: 'in-batch-softmax', temperature: 0.15 },
      contrastive: { weight: 0.02, temperature: 0.2 },
      prototypes: { name: 'swav', weight: 0.02, freezeSteps: 100 },
    },
  },
};
