/** Most popular items first, the same for everyone: the floor. */
import type { Preset } from './preset.js';

export const popularity: Preset = {
  description: 'rank items by training popularity; no training',
  config: { ranker: { name: 'popularity' } },
};
