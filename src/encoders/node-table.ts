/** The trainable rows under every encoder: users', items', attribute nodes', each Xavier-initialised on its own. */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../core/rng.js';
import { xavierUniform } from './xavier.js';

/**
 * @param numUsers users with a row; 0 leaves the rows of the others as they are
 * @param numValues attribute nodes; their number does not change the rows of users and items
 * @returns variable `[numUsers + numItems + numValues, embeddingDim]`
 */
export function createNodeTable(
  numUsers: number,
  numItems: number,
  embeddingDim: number,
  seed: number,
  numValues = 0,
): tf.Variable {
  const numNodes = numUsers + numItems + numValues;
  const values = new Float32Array(numNodes * embeddingDim);
  values.set(xavierUniform(numUsers, embeddingDim, Rng.of(seed, 'init', 'users')));
  values.set(xavierUniform(numItems, embeddingDim, Rng.of(seed, 'init', 'items')), numUsers * embeddingDim);
  const attributes = xavierUniform(numValues, embeddingDim, Rng.of(seed, 'init', 'attributes'));
  values.set(attributes, (numUsers + numItems) * embeddingDim);
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [numNodes, embeddingDim])));
}
