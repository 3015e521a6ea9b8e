/**
 * Prototypes over views (Caron et al. 2020, arXiv 2006.09882): two views of a node predict each other's codes. Users and items
 * have prototypes of their own; the loss is the sum over both sides.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { prototypeLoss } from '../loss-row.js';
import type { PrototypeSide } from './prototype-sides.js';
import {
  imbalanceWarning,
  numPrototypes,
  type SwappedPrediction,
  type SwappedPredictionOptions,
  swappedPrediction,
  swappedShape,
} from './swapped-prediction.js';

const swavSchema = z.strictObject({
  name: z.literal('swav'),
  numUserPrototypes: numPrototypes('users'),
  ...swappedShape,
});

export const swavRow = prototypeLoss({
  schema: swavSchema,
  compares: 'views',
  trained: (options) => options,
  compute(sides, options) {
    const users = ofSide(sides.users, options);
    const items = ofSide(sides.items, options);
    return { loss: tf.add(users.loss, items.loss), columnError: tf.maximum(users.columnError, items.columnError) };
  },
  imbalanceWarning,
  doc: {
    formula: '½ Σ over both directions of −Σ_k q_ik log softmax_k(⟨z_i, c_k⟩ / temperature), q by Sinkhorn-Knopp',
    when: 'Group structure beside the main loss: two views of a node should fall into the same cluster.',
    goesWrong: 'Too many prototypes for the batch die; too small an epsilon makes codes of noise.',
    source: 'Caron et al. 2020, arXiv 2006.09882',
  },
});

function ofSide({ views, prototypes }: PrototypeSide, options: SwappedPredictionOptions): SwappedPrediction {
  return swappedPrediction(views.first, views.second, prototypes!, options);
}
