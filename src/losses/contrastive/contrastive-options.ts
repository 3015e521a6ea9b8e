/** Options that all contrastive losses have. */
import { weightOption } from '../loss-options.js';
import { temperatureOption } from '../temperature/temperature.js';
import { projectionHeadSchema } from './projection-head.js';

export const contrastiveShape = {
  weight: weightOption(0),
  temperature: temperatureOption(0.2),
  head: projectionHeadSchema
    .prefault({ name: 'none' })
    .describe('what stands between the embeddings and the contrast; it is thrown away at export'),
};
