/**
 * Users encoded from their items alone (EGCF, Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230), three layers. The main loss
 * is the softmax over the batch, which stands for their BPR and user-item contrast. Their sum of the layers 1 … 3 is
 * `layerCombination: without-first`, their tanh `activation: tanh`; learned weights did better than the sum on the validation
 * parts of MovieLens 100K and gowalla.
 */
import type { Preset } from './preset.js';

export const history: Preset = {
  description: 'no user table: users are encoded from their items, new ones too',
  config: {
    encoder: { name: 'history', numLayers: 3, layerCombination: 'learned' },
    losses: { main: { name: 'in-batch-softmax', temperature: 0.15 } },
  },
};
