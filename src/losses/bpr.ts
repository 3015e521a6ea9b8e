/**
 * Bayesian personalised ranking (Rendle et al. 2009, arXiv 1205.2618, eq. 4 without the prior):
 * mean −log σ(⟨user, positive⟩ − ⟨user, negative⟩) over all (positive, negative) pairs.
 */
import * as tf from '@tensorflow/tfjs';

/**
 * @param users `[batchSize, dim]`
 * @param positives `[batchSize, dim]`
 * @param negatives row i·numNegatives … belong to user i, `[batchSize · numNegatives, dim]`
 */
export function bpr(users: tf.Tensor2D, positives: tf.Tensor2D, negatives: tf.Tensor2D): tf.Scalar {
  const [batchSize, dim] = users.shape;
  const positiveScores = tf.sum(tf.mul(users, positives), 1, true);
  const grouped = tf.reshape(negatives, [batchSize, -1, dim]);
  const negativeScores = tf.sum(tf.mul(tf.expandDims(users, 1), grouped), 2);
  return tf.mean(tf.softplus(tf.sub(negativeScores, positiveScores)));
}
