/** First values of an id table: users', items', attribute nodes', each initialised on its own. */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../../core/rng.js';
import { type Initialization, initialRows } from './initialization.js';
import type { RowsSize } from './rows.js';

/**
 * @param size numUsers 0 leaves the rows of the others as they are, and so does the number of attribute nodes
 * @returns variable `[numUsers + numItems + numValues, embeddingDim]`
 */
export function createNodeTable({
  numUsers,
  numItems,
  numValues = 0,
  embeddingDim,
  seed,
  initialization = 'xavier',
}: RowsSize & { readonly initialization?: Initialization }): tf.Variable {
  const numNodes = numUsers + numItems + numValues;
  const values = new Float32Array(numNodes * embeddingDim);
  const rowsOf = (kind: string, count: number) =>
    initialRows(initialization, count, embeddingDim, Rng.of(seed, 'init', kind));
  values.set(rowsOf('users', numUsers));
  values.set(rowsOf('items', numItems), numUsers * embeddingDim);
  values.set(rowsOf('attributes', numValues), (numUsers + numItems) * embeddingDim);
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [numNodes, embeddingDim])));
}
