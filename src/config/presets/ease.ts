/** EASE (Steck 2019, arXiv 1905.03375) by the first singular vectors of the pairs: a linear model in closed form. */
import type { Preset } from './preset.js';

export const ease: Preset = {
  description: 'every item regressed on all others in closed form (EASE), as vectors; no training',
  config: { ranker: { name: 'ease' } },
};
