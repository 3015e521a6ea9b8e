/**
 * Queries given to the softmax kernel twice, as they are and times a factor each, beside keys that hold zeros there: logits stay what
 * they are, and the gradient of those zeros is Σ_i factor_i · r_ij · q_i / τ with r the residuals, the keys' gradient over queries
 * that are weighed by numbers which only the device knows.
 */
import * as tf from '@tensorflow/tfjs';
import { columnPlacement } from '../column-placement.js';

interface TwofoldQueries {
  /** `[numQueries, 2 · dim]`. */
  readonly queries: tf.Tensor2D;
  /** `[numKeys, 2 · dim]`. */
  readonly keys: tf.Tensor2D;
  /** Of the rows of a gradient, what is about the queries or keys as they are, `[…, dim]`. */
  own(gradient: tf.Tensor2D): tf.Tensor2D;
  /** Likewise what is about the queries times their factors. */
  weighed(gradient: tf.Tensor2D): tf.Tensor2D;
}

/**
 * @param queries `[numQueries, dim]`
 * @param keys `[numKeys, dim]`
 * @param factors `[numQueries, 1]`
 */
export function twofoldQueries(queries: tf.Tensor2D, keys: tf.Tensor2D, factors: tf.Tensor2D): TwofoldQueries {
  const dim = queries.shape[1];
  const [first, second] = [columnPlacement(dim, 2 * dim, 0), columnPlacement(dim, 2 * dim, dim)];
  return {
    queries: tf.add(tf.matMul(queries, first), tf.matMul(tf.mul(queries, factors), second)),
    keys: tf.matMul(keys, first),
    own: (gradient) => tf.matMul(gradient, first, false, true),
    weighed: (gradient) => tf.matMul(gradient, second, false, true),
  };
}
