/** SGL with edge dropout (Wu et al. 2021, arXiv 2010.10783): BPR + InfoNCE over all nodes, views drawn per epoch. */
import type { Preset } from './preset.js';

export const sgl: Preset = {
  description: 'SGL-ED: BPR and InfoNCE between two edge-dropout views',
  config: {
    encoder: { name: 'lightgcn', numLayers: 3 },
    views: {
      first: { name: 'edge-dropout', dropProbability: 0.1 },
      second: { name: 'edge-dropout', dropProbability: 0.1 },
      redraw: 'epoch',
    },
    losses: {
      main: { name: 'bpr' },
      contrastive: { weight: 0.1, temperature: 0.2, candidates: 'all-node' },
    },
  },
};
