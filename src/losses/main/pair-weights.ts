/**
 * What the pairwise losses share: the scores of each positive's own negatives, and sums over pairs in which a positive's
 * weight is shared out over its slots.
 */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../../core/errors.js';
import { groupScores } from '../../ops/index.js';
import type { MainLossInput } from './main-loss-input.js';

/**
 * @returns weight_i · slotWeight_is / perQuery, `[batchSize · perQuery]`; undefined where all pairs count alike, so that
 * the loss is their mean
 */
export function pairWeights({ users, own, weight }: MainLossInput): Float32Array | undefined {
  if (!own || (!weight && own.logWeight.every((value) => value === 0))) return undefined;
  const batchSize = users.shape[0];
  return own.logWeight.map((value, slot) => {
    const share = weight ? weight[Math.floor(slot / own.perQuery)] : 1 / batchSize;
    return (share * Math.exp(value)) / own.perQuery;
  });
}

/**
 * ⟨user_i, negative_is⟩, `[batchSize, perQuery]`.
 * @throws ShapeError when the input has no own negatives
 */
export function negativeScores(loss: string, { users, own }: MainLossInput): tf.Tensor2D {
  if (!own) throw new ShapeError(`${loss}: needs negatives of each positive (own)`);
  return groupScores(users, own.keys, own.perQuery);
}

/** @param pairs `[batchSize, perQuery]` */
export function sumOfPairs(pairs: tf.Tensor2D, input: MainLossInput): tf.Scalar {
  const weights = pairWeights(input);
  if (weights === undefined) return tf.mean(pairs);
  return tf.sum(tf.mul(pairs, tf.tensor2d(weights, pairs.shape)));
}

/** @param values one a positive, `[batchSize]` */
export function meanOfPositives(values: tf.Tensor1D, { weight }: MainLossInput): tf.Scalar {
  return weight ? tf.sum(tf.mul(values, tf.tensor1d(weight))) : tf.mean(values);
}
