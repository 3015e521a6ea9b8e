/** Adam at some rows of a table, in plain loops; see `ops/adam.ts` for what becomes of the others. */
import * as tf from '@tensorflow/tfjs';
import type { AdamOptions } from '../kernels.js';
import { adamUpdate } from './adam.js';

export function adamRows(
  parameter: tf.Variable,
  gradient: tf.Tensor2D,
  givenRows: Int32Array | undefined,
  m: tf.Variable,
  v: tf.Variable,
  options: AdamOptions,
): void {
  const dim = gradient.shape[1];
  const changes = gradient.dataSync() as Float32Array;
  const rows = givenRows ?? nonZeroRows(changes, dim);
  // copies: dataSync may hand out the backend's own array, which a live tensor still reads
  const [weights, first, second] = [parameter, m, v].map((variable) => Float32Array.from(variable.dataSync()));
  for (let i = 0; i < rows.length; i++) {
    const at = (table: Float32Array, row: number): Float32Array => table.subarray(row * dim, (row + 1) * dim);
    adamUpdate(
      at(weights, rows[i]),
      at(changes, givenRows ? i : rows[i]),
      at(first, rows[i]),
      at(second, rows[i]),
      options,
    );
  }
  for (const [variable, values] of [
    [parameter, weights],
    [m, first],
    [v, second],
  ] as const) {
    const updated = tf.tensor(values, variable.shape);
    variable.assign(updated);
    updated.dispose();
  }
}

/** Rows with a number other than 0, ascending. */
export function nonZeroRows(values: Float32Array, dim: number): Int32Array {
  const rows = new Int32Array(values.length / dim);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    for (let at = row * dim; at < (row + 1) * dim; at++) {
      if (values[at] === 0) continue;
      rows[count++] = row;
      break;
    }
  }
  return rows.slice(0, count);
}
