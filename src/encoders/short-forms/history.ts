/**
 * `history`: users from their items alone (EGCF, Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230, parallel iteration),
 * propagated as by `lightgcn`.
 *
 * Deviations: EGCF has tanh for f, an option here, and sums layers 1 … L; here the sum is weighted as `layerCombination`
 * says. Views and noise act on every hop, the users' first sum included.
 */
import { z } from 'zod';
import { activationSchema } from '../activation.js';
import { embeddingDimSchema } from '../embedding-dim.js';
import { checkLayers, MAX_HOPS, numLayersSchema } from '../propagation/layer-options.js';
import { layerCombinationSchema } from '../propagation/layer-weights.js';
import { linearResidualSchema } from '../propagation/residual.js';
import { tableInitializationSchema } from '../rows/initialization.js';
import { layersOf } from './layers-of.js';
import type { ShortForm } from './short-form.js';

export const historySchema = z
  .strictObject({
    name: z.literal('history'),
    embeddingDim: embeddingDimSchema,
    initialization: tableInitializationSchema,
    numLayers: numLayersSchema
      .unwrap()
      .max(MAX_HOPS - 1)
      .default(3)
      .describe(
        'hops after the sum over a user’s items, which is a hop of its own. 0: users are that sum, items their row; too many ' +
          'make all embeddings alike and cost a pass each',
      ),
    layerCombination: layerCombinationSchema,
    residual: linearResidualSchema,
    activation: activationSchema,
  })
  .superRefine(checkLayers);

export const history: ShortForm<z.infer<typeof historySchema>> = {
  schema: historySchema,
  doc: {
    formula:
      'layer 0 = [f(R̃ E); E] with E the items’ table and R̃ the normalised user-item matrix; layer k+1 = residual(f(Â · layer k)); embedding = weighted sum of the layers',
    when: 'New users come in all the time: one that training never saw is encoded from its items, by a sum over stored item vectors. No memory for users; users with few interactions borrow from their items.',
    goesWrong:
      'A user without interactions is the zero vector. Two users of the same items are the same; a user with thousands of items has no room of its own for what they have in common.',
    source: 'EGCF: Zhang et al. 2024, ACM TOIS, doi 10.1145/3701230',
  },
  parts: ({ embeddingDim, initialization, ...options }) => ({
    embeddingDim,
    rows: { name: 'history', initialization },
    propagation: layersOf(options),
    attributes: [],
  }),
};
