/**
 * Users encoded from their items alone (EGCF, Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230): three layers, the first
 * left out, as its authors have it for Yelp2018 and Amazon-Book. The main loss is the softmax over the batch, which stands
 * for their BPR and user-item contrast; L2 is on the items' rows.
 */
import type { Preset } from './preset.js';

export const history: Preset = {
  description: 'no user table: users are encoded from their items, new ones too',
  config: {
    encoder: { name: 'history', numLayers: 3, layerCombination: 'without-first' },
    losses: { main: { name: 'in-batch-softmax', temperature: 0.15 } },
  },
};
