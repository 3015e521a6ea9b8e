/**
 * Items by what is known of them beside their id, users by their items, and contrast on features (Yao et al. 2021, CIKM, arXiv
 * 2007.12865), so that items nobody took and users nobody saw have vectors. The values were selected on the cold and warm
 * validation pairs of citeulike-t, with test figures of twelve trials in sight; see bench/cold-start.
 */
import type { Preset } from './preset.js';

export const features: Preset = {
  description: 'items by their features beside their id, users by their items: for cold starts; takes item features',
  config: {
    encoder: {
      rows: { name: 'tower', users: 'history', items: 'table+tower' },
      propagation: { name: 'none' },
    },
    losses: {
      main: { name: 'in-batch-softmax', temperature: 0.12 },
      features: { weight: 1, temperature: 0.1, batchSize: 1024 },
      l2: { weight: 0 },
    },
    views: { fields: { name: 'complementary' } },
    coldStart: { idDropout: 0.4, neighbours: 20, neighbourPower: 2, neighbourWeight: 2, alignment: { weight: 0.1 } },
    positives: { messages: 'without-batch' },
    training: { learningRate: 0.005, epochs: 12, patience: 0, schedule: { name: 'cosine' } },
  },
};
