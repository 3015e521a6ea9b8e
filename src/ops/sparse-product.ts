/**
 * A rectangular sparse matrix times a dense one, differentiable in the dense one: out = matrix · x, dx = matrixᵀ · dout. The
 * first layer of a tower is this product (entities × values of a field), so that no one-hot row is ever dense.
 */
import * as tf from '@tensorflow/tfjs';
import { type CompressedRows, currentKernels, transposePattern } from '../backend/index.js';
import { assertFloats, assertRows } from './argument-checks.js';

/** A matrix in compressed rows with its transpose, which the gradient goes through. */
export interface SparseMatrix extends CompressedRows {
  readonly numColumns: number;
  /** `[numColumns]` rows. */
  readonly transposed: CompressedRows;
}

/** Matrices whose indices were looked at, most of which serve every step. */
const passed = new WeakSet<SparseMatrix>();

/** @param matrix columns within 0 … numColumns − 1 */
export function sparseMatrix({ offsets, columns, values }: CompressedRows, numColumns: number): SparseMatrix {
  const size = { numRows: offsets.length - 1, numColumns };
  assertRows('sparseMatrix', { offsets, columns, values }, size);
  const { offsets: starts, columns: rows, order } = transposePattern({ offsets, columns }, numColumns);
  const turned = new Float32Array(values.length);
  for (let entry = 0; entry < order.length; entry++) turned[entry] = values[order[entry]];
  const transposed = { offsets: starts, columns: rows, values: turned };
  const matrix = { offsets, columns, values, numColumns, transposed };
  passed.add(matrix);
  return matrix;
}

/**
 * @param x `[numColumns, dim]`
 * @returns `[numRows, dim]`, zeros where a row has no entry
 * @throws ShapeError when x does not have numColumns rows, or the matrix is none
 */
export function sparseProduct(matrix: SparseMatrix, x: tf.Tensor2D): tf.Tensor2D {
  assertFloats('sparseProduct: x', x, [matrix.numColumns, null]);
  if (!passed.has(matrix)) assertMatrix(matrix);
  const kernels = currentKernels();
  const product = tf.customGrad((input) => ({
    value: kernels.sparseProduct(matrix, input as tf.Tensor2D),
    gradFunc: (dy) => kernels.sparseProduct(matrix.transposed, dy as tf.Tensor2D),
  }));
  return product(x) as tf.Tensor2D;
}

function assertMatrix(matrix: SparseMatrix): void {
  const numRows = matrix.offsets.length - 1;
  assertRows('sparseProduct: matrix', matrix, { numRows, numColumns: matrix.numColumns });
  assertRows('sparseProduct: transposed', matrix.transposed, { numRows: matrix.numColumns, numColumns: numRows });
  passed.add(matrix);
}
