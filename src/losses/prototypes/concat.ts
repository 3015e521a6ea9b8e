/**
 * Prototypes over interactions: a user predicts the code of its positive item and back, over prototypes of items that both
 * share (swapped prediction of Caron et al. 2020, arXiv 2006.09882, between user and item). A pair counts as often as the
 * batch has it.
 */
import { z } from 'zod';
import { prototypeLoss } from '../loss-row.js';
import { imbalanceWarning, swappedPrediction, swappedShape } from './swapped-prediction.js';

const concatSchema = z.strictObject({ name: z.literal('concat'), ...swappedShape });

export const concatRow = prototypeLoss({
  schema: concatSchema,
  compares: 'main-pass',
  trained: ({ numItemPrototypes, freezeSteps }) => ({ numItemPrototypes, freezeSteps }),
  compute: ({ users, items }, options) => swappedPrediction(users.rows, items.rows, items.prototypes!, options),
  imbalanceWarning,
  doc: {
    formula: 'swapped prediction between a user and its positive item over shared item prototypes',
    when: 'As swav, but the two views are the two ends of an interaction: no augmentation is needed.',
    goesWrong: 'Users with mixed tastes are pulled into one cluster at a time.',
    source: 'swapped prediction of Caron et al. 2020, arXiv 2006.09882, between user and item',
  },
});
