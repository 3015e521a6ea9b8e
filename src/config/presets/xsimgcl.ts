/** XSimGCL (Yu et al. 2023, arXiv 2209.02544): one perturbed pass; its final layer against its first. */
import type { Preset } from './preset.js';

export const xsimgcl: Preset = {
  description: 'XSimGCL: one perturbed pass, final embedding contrasted with layer 1',
  config: {
    encoder: { name: 'lightgcn', numLayers: 3, layerCombination: 'without-first' },
    views: { pairing: 'cross-layer', first: { name: 'embedding-noise', magnitude: 0.2 }, contrastLayer: 1 },
    losses: { main: { name: 'bpr' }, contrastive: { weight: 0.2, temperature: 0.15 } },
  },
};
