/** LightGCN with the softmax main loss in place of BPR (as in Wu et al. 2022, arXiv 2201.02327). */
import type { Preset } from './preset.js';

export const lightgcn: Preset = {
  description: 'LightGCN with in-batch softmax on cosines',
  config: {
    encoder: { name: 'lightgcn', numLayers: 3 },
    losses: { main: { name: 'in-batch-softmax', temperature: 0.15 } },
  },
};
