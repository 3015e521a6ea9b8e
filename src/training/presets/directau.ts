/** DirectAU (Wang et al. 2022, arXiv 2206.12811): an embedding table under alignment + uniformity, batches of 256. */
import type { Preset } from './preset.js';

export const directau: Preset = {
  description: 'DirectAU: alignment and uniformity on embedding tables, no negatives',
  config: {
    encoder: { name: 'table' },
    losses: { main: { name: 'alignment-uniformity', gamma: 1 }, l2: { weight: 1e-6 } },
    training: { batchSize: 256 },
  },
};
