/** Row lookup and its transpose, scatter-add, in plain loops. */
import * as tf from '@tensorflow/tfjs';

/**
 * @param rows row-major `[numIndices, dim]`
 * @returns row-major `[numRows, dim]`
 */
function scatterAdd(rows: Float32Array, dim: number, indices: Int32Array, numRows: number): Float32Array {
  const out = new Float32Array(numRows * dim);
  for (let i = 0; i < indices.length; i++) {
    const target = indices[i] * dim;
    const source = i * dim;
    for (let d = 0; d < dim; d++) out[target + d] += rows[source + d];
  }
  return out;
}

export function gatherRows(table: tf.Tensor2D, indices: Int32Array): tf.Tensor2D {
  return tf.tidy(() => tf.gather(table, tf.tensor1d(indices, 'int32')));
}

export function scatterAddRows(rows: tf.Tensor2D, indices: Int32Array, numRows: number): tf.Tensor2D {
  const dim = rows.shape[1];
  return tf.tensor2d(scatterAdd(rows.dataSync() as Float32Array, dim, indices, numRows), [numRows, dim]);
}
