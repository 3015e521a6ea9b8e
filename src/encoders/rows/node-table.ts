/** The trainable rows under every encoder: users', items', attribute nodes', each initialised on its own. */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../core/rng.js';
import { type Initialization, initialRows } from './initialization.js';

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
  initialization: Initialization = 'xavier',
): tf.Variable {
  const numNodes = numUsers + numItems + numValues;
  const values = new Float32Array(numNodes * embeddingDim);
  const rowsOf = (kind: string, count: number) =>
    initialRows(initialization, count, embeddingDim, Rng.of(seed, 'init', kind));
  values.set(rowsOf('users', numUsers));
  values.set(rowsOf('items', numItems), numUsers * embeddingDim);
  values.set(rowsOf('attributes', numValues), (numUsers + numItems) * embeddingDim);
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [numNodes, embeddingDim])));
}
