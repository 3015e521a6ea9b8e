/**
 * Inner products of each query with keys of its own: s_ij = ⟨q_i, k_ij⟩.
 *
 * Queries are repeated by a lookup, so that all that follows are operations on matrices of equal shape. The short form, a
 * product that broadcasts `[B, 1, D]` over `[B, S, D]`, goes through the generic broadcasting and transposing kernels of
 * tfjs's CPU backend in both directions: with 8 keys a query that was 95 % of a training step.
 */
import * as tf from '@tensorflow/tfjs';
import { assertCount, assertFloats } from './argument-checks.js';
import { lookup } from './lookup.js';

/**
 * @param queries `[numQueries, dim]`
 * @param keys those of the first query, then those of the second, …, `[numQueries · perQuery, dim]`
 * @param perQuery 0 gives no scores
 * @returns `[numQueries, perQuery]`
 * @throws ShapeError on sizes that do not fit
 */
export function groupScores(queries: tf.Tensor2D, keys: tf.Tensor2D, perQuery: number): tf.Tensor2D {
  assertFloats('groupScores: queries', queries, [null, null]);
  assertCount('groupScores: perQuery', perQuery, 0);
  const [numQueries, dim] = queries.shape;
  assertFloats('groupScores: keys', keys, [numQueries * perQuery, dim]);
  const owners = Int32Array.from({ length: numQueries * perQuery }, (_, slot) => Math.floor(slot / perQuery));
  const products = tf.mul(lookup(queries, owners), keys);
  return tf.reshape(tf.sum(products, 1), [numQueries, perQuery]);
}
