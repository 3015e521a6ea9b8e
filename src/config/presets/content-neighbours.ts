/** ColdRec's KNN: cold items among the vectors of a finished run, at the mean of their five content neighbours. */
import type { Preset } from './preset.js';

export const contentNeighbours: Preset = {
  description: 'a finished run (--teacher RUN), its cold items at the mean of their content neighbours; no training',
  config: { ranker: { name: 'content-neighbours' } },
};
