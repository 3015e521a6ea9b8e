/** LightGCN as published (He et al. 2020, arXiv 2002.02126): 3 layers, BPR, L2 1e-4, batch 2048. */
import type { Preset } from './preset.js';

export const lightgcnBpr: Preset = {
  description: 'LightGCN as published: BPR with one uniform negative',
  config: { encoder: { name: 'lightgcn', numLayers: 3 }, losses: { main: { name: 'bpr' } } },
};
