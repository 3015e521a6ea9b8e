/**
 * SENet over fields (FiBiNET, Huang et al. 2019, arXiv 1905.09433, eq. 3-5): each field vector f_k is squeezed to its mean
 * z_k; the weights a = σ2(W2 σ1(W1 z)) of all fields multiply the fields, f_k ← a_k f_k.
 *
 * Deviation: σ2 is 2 · sigmoid (theirs is ReLU), and W2 starts at zero, so that every field starts with weight 1 and none can
 * die.
 */
import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../../core/rng.js';
import { initialRows } from '../initialization.js';

/** Fields for one unit of the bottleneck. */
const REDUCTION = 3;

/** `reduce` `[numFields, numUnits]`, `expand` `[numUnits, numFields]`. */
export function createSenet(numFields: number, rng: Rng): Record<'reduce' | 'expand', tf.Variable> {
  const numUnits = Math.max(1, Math.round(numFields / REDUCTION));
  const values = initialRows('xavier', numFields, numUnits, rng);
  return tf.tidy(() => ({
    reduce: tf.variable(tf.tensor2d(values, [numFields, numUnits])),
    expand: tf.variable(tf.zeros<tf.Rank.R2>([numUnits, numFields])),
  }));
}

/**
 * @param fields a field each, `[numRows, fieldDim]`
 * @returns the same, weighed
 */
export function weighFields(
  fields: readonly tf.Tensor2D[],
  { reduce, expand }: Readonly<Record<'reduce' | 'expand', tf.Variable>>,
): tf.Tensor2D[] {
  const squeezed = tf.concat(
    fields.map((field) => tf.mean(field, 1, true) as tf.Tensor2D),
    1,
  );
  const hidden = tf.relu(tf.matMul(squeezed, reduce as unknown as tf.Tensor2D));
  const weights = tf.mul(2, tf.sigmoid(tf.matMul(hidden, expand as unknown as tf.Tensor2D))) as tf.Tensor2D;
  // tfjs has no gradient of a split into one
  const columns = fields.length === 1 ? [weights] : tf.split<tf.Tensor2D>(weights, fields.length, 1);
  return fields.map((field, k) => tf.mul(field, columns[k]));
}
