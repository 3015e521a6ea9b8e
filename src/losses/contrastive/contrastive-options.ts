/** Options that all contrastive losses have. */
import { z } from 'zod';
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

/** Of losses that contrast the batch's nodes, each once. */
export const contrastedNodes = {
  numNodes: z
    .union([z.literal('all'), z.number().int().min(2)])
    .default('all')
    .describe(
      'most users, and most items, of the batch that are contrasted at a step, drawn anew each time: half of them cost a quarter. Too ' +
        'few: each has little to be told from',
    ),
};
