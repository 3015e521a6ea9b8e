/** Dimensions of the joined field vectors set to 0 at random, in each view apart: dropout as SimCSE and SimGCL use it. */
import { z } from 'zod';
import { drawCounterKey } from '../../core/counter-rng.js';
import { defineFieldView } from './field-view.js';

const dimensionMaskSchema = z.strictObject({
  name: z.literal('dimension-mask'),
  dimensionShare: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.2)
    .describe(
      'share of dimensions that each view hides. Too small: the views agree for free; too large: nothing is left',
    ),
});

export const dimensionMask = defineFieldView({
  schema: dimensionMaskSchema,
  draw(_, { dimensionShare }, rng) {
    const viewOf = () => ({ keeps: () => true, dimensions: { share: dimensionShare, key: drawCounterKey(rng) } });
    return { first: viewOf(), second: viewOf() };
  },
  doc: {
    formula: 'each dimension of the joined field vectors stays with probability 1 − dimensionShare',
    when: 'Dense vectors made elsewhere, which have no values to hide.',
    goesWrong: 'A mild view: alone it teaches less than hiding values does.',
    source: 'Gao et al. 2021, EMNLP, arXiv 2104.08821',
  },
});
