/**
 * Embedding lookup: rows of a table by index, with a scatter-add gradient. (The gradient of tf.gather goes through
 * unsortedSegmentSum, which visits the whole table once per row on the plain CPU backend.)
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';
import { ShapeError } from '../core/errors.js';
import { assertFloats } from './argument-checks.js';

/**
 * @param table `[numRows, embeddingDim]`
 * @param indices row numbers, repeats allowed, `[numIndices]`
 * @returns `[numIndices, embeddingDim]`
 * @throws ShapeError when an index is outside the table
 */
export function lookup(table: tf.Tensor2D, indices: Int32Array): tf.Tensor2D {
  assertFloats('lookup: table', table, [null, null]);
  const numRows = table.shape[0];
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] < 0 || indices[i] >= numRows) {
      throw new ShapeError(`lookup: index ${indices[i]} at position ${i} is outside a table of ${numRows} rows`);
    }
  }
  const kernels = currentKernels();
  const gather = tf.customGrad((input) => ({
    value: kernels.gatherRows(input as tf.Tensor2D, indices),
    gradFunc: (dy) => kernels.scatterAddRows(dy as tf.Tensor2D, indices, numRows),
  }));
  return gather(table) as tf.Tensor2D;
}
