/** Two embedding tables under an in-batch softmax (Yi et al. 2019, RecSys), no graph: what most systems run today. */
import type { Preset } from './preset.js';

export const twoTower: Preset = {
  description: 'embedding tables, in-batch softmax with cosine; no graph',
  config: {
    encoder: { name: 'table' },
    losses: { main: { name: 'in-batch-softmax', temperature: 0.15 } },
  },
};
