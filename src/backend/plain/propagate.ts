/** Sparse × dense product over compressed rows, in plain loops. */
import * as tf from '@tensorflow/tfjs';
import type { CompressedRows, SparseRows } from '../kernels.js';

/**
 * out = matrix · x.
 * @param x row-major `[numColumns, dim]`
 * @param out row-major `[numRows, dim]`, overwritten
 * @param rows if given, only these rows of `out`
 */
export function propagateInto(
  matrix: CompressedRows,
  x: Float32Array,
  dim: number,
  out: Float32Array,
  rows?: Int32Array,
): void {
  const { offsets, columns, values } = matrix;
  const count = rows ? rows.length : offsets.length - 1;
  // eight columns at a time, so that their sums live in registers instead of going through `out` at every entry
  const blocked = dim - (dim % 8);
  for (let i = 0; i < count; i++) {
    const row = rows ? rows[i] : i;
    const start = offsets[row];
    const end = offsets[row + 1];
    for (let d = 0; d < blocked; d += 8) {
      let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let entry = start; entry < end; entry++) {
        const value = values[entry];
        const at = columns[entry] * dim + d;
        s0 += value * x[at];
        s1 += value * x[at + 1];
        s2 += value * x[at + 2];
        s3 += value * x[at + 3];
        s4 += value * x[at + 4];
        s5 += value * x[at + 5];
        s6 += value * x[at + 6];
        s7 += value * x[at + 7];
      }
      const target = row * dim + d;
      out[target] = s0;
      out[target + 1] = s1;
      out[target + 2] = s2;
      out[target + 3] = s3;
      out[target + 4] = s4;
      out[target + 5] = s5;
      out[target + 6] = s6;
      out[target + 7] = s7;
    }
    for (let d = blocked; d < dim; d++) {
      let sum = 0;
      for (let entry = start; entry < end; entry++) sum += values[entry] * x[columns[entry] * dim + d];
      out[row * dim + d] = sum;
    }
  }
}

export function sparseProduct(matrix: CompressedRows, x: tf.Tensor2D): tf.Tensor2D {
  const dim = x.shape[1];
  const numRows = matrix.offsets.length - 1;
  const out = new Float32Array(numRows * dim);
  propagateInto(matrix, x.dataSync() as Float32Array, dim, out);
  return tf.tensor2d(out, [numRows, dim]);
}

export const propagate = (matrix: SparseRows, x: tf.Tensor2D): tf.Tensor2D => sparseProduct(matrix, x);
