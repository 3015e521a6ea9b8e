/** SimGCL (Yu et al. 2022, arXiv 2112.08679): noise in place of graph augmentation, layer 0 left out. */
import type { Preset } from './preset.js';

export const simgcl: Preset = {
  description: 'SimGCL: BPR and InfoNCE between two noise-perturbed passes',
  config: {
    encoder: { name: 'lightgcn', numLayers: 3, layerCombination: 'without-first' },
    views: {
      first: { name: 'embedding-noise', magnitude: 0.1 },
      second: { name: 'embedding-noise', magnitude: 0.1 },
    },
    losses: { main: { name: 'bpr' }, contrastive: { weight: 0.5, temperature: 0.2 } },
  },
};
