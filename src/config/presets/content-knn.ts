/** Content against a profile of what the user had: what every model for cold items must beat. */
import type { Preset } from './preset.js';

export const contentKnn: Preset = {
  description: 'rank items by what is known of them, against what the user had; no training, no vectors to export',
  config: { ranker: { name: 'content-knn' } },
};
