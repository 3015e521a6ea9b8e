/** The ideal low-pass filter of GF-CF (Shen et al. 2021, arXiv 2108.07567): what LightGCN's layers come near to, in closed form. */
import type { Preset } from './preset.js';

export const graphFilter: Preset = {
  description: 'low-pass filter of the normalised graph by its singular vectors (GF-CF); vectors without training',
  config: { ranker: { name: 'graph-filter' } },
};
