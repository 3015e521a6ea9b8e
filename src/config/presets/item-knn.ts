/** Item-based neighbourhood model (Sarwar et al. 2001, WWW): hard to beat per second spent. */
import type { Preset } from './preset.js';

export const itemKnn: Preset = {
  description: 'item-item cosine over common users; no training; vectors to export only with ranker.rank',
  config: { ranker: { name: 'item-knn' } },
};
