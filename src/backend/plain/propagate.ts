/** Sparse × dense product over compressed rows, in plain loops. */
import * as tf from '@tensorflow/tfjs';
import type { SparseRows } from '../kernels.js';

/**
 * out = matrix · x.
 * @param x row-major `[numNodes, dim]`
 * @param out row-major `[numNodes, dim]`, overwritten
 */
export function propagateInto(matrix: SparseRows, x: Float32Array, dim: number, out: Float32Array): void {
  const { numNodes, offsets, columns, values } = matrix;
  for (let row = 0; row < numNodes; row++) {
    const base = row * dim;
    for (let d = 0; d < dim; d++) out[base + d] = 0;
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      const value = values[entry];
      const source = columns[entry] * dim;
      for (let d = 0; d < dim; d++) out[base + d] += value * x[source + d];
    }
  }
}

export function propagate(matrix: SparseRows, x: tf.Tensor2D): tf.Tensor2D {
  const dim = x.shape[1];
  const out = new Float32Array(matrix.numNodes * dim);
  propagateInto(matrix, x.dataSync() as Float32Array, dim, out);
  return tf.tensor2d(out, [matrix.numNodes, dim]);
}
