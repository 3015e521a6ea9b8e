/**
 * DirectAU (Wang et al. 2022, arXiv 2206.12811): an embedding table under alignment + uniformity, batches of 256. The loss sees
 * cosines; ranking is by inner products, as in the authors' code: lengths grow with how often a row is trained, and weight
 * decay takes from those that seldom are, which is all that popularity has to go by.
 */
import type { Preset } from './preset.js';

export const directau: Preset = {
  description: 'DirectAU: alignment and uniformity on embedding tables, no negatives; ranks by inner product',
  config: {
    encoder: { name: 'table' },
    losses: { main: { name: 'alignment-uniformity', gamma: 1 }, l2: { weight: 0 } },
    evaluation: { similarity: 'inner-product' },
    training: { batchSize: 256, weightDecay: 1e-6 },
  },
};
