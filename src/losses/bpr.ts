/**
 * Bayesian personalised ranking (Rendle et al. 2009, arXiv 1205.2618, eq. 4 without the prior):
 * mean −log σ(⟨user, positive⟩ − ⟨user, negative⟩) over all (positive, negative) pairs, weighted where they do not count
 * alike (see pair-weights.ts).
 */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../core/errors.js';
import type { MainLossInput } from './main-loss-input.js';
import { pairWeights } from './pair-weights.js';

/** @throws ShapeError when the input has no own negatives */
export function bpr(input: MainLossInput): tf.Scalar {
  const { users, positives, own } = input;
  if (!own) throw new ShapeError('bpr: needs negatives of each positive (own)');
  const [batchSize, dim] = users.shape;
  const positiveScores = tf.sum(tf.mul(users, positives), 1, true);
  const grouped = tf.reshape(own.keys, [batchSize, own.perQuery, dim]);
  const negativeScores = tf.sum(tf.mul(tf.expandDims(users, 1), grouped), 2);
  const pairs = tf.softplus(tf.sub(negativeScores, positiveScores));
  const weights = pairWeights(input);
  if (weights === undefined) return tf.mean(pairs);
  return tf.sum(tf.mul(pairs, tf.tensor2d(weights, [batchSize, own.perQuery])));
}
