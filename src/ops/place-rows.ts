/**
 * Rows put at given places of an otherwise empty matrix: out[places[i]] = rows[i]. The transpose of a lookup, so the
 * gradient is one: dRows[i] = dOut[places[i]].
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';
import { assertCount, assertFloats, assertIndices } from './argument-checks.js';

/**
 * @param rows `[places.length, dim]`
 * @param places distinct, `[numPlaces]`
 * @returns `[numRows, dim]`, zeros where nothing was put
 * @throws ShapeError when a place is outside 0 … numRows − 1
 */
export function placeRows(rows: tf.Tensor2D, places: Int32Array, numRows: number): tf.Tensor2D {
  assertFloats('placeRows: rows', rows, [places.length, null]);
  assertCount('placeRows: numRows', numRows, 0);
  assertIndices('placeRows: places', places, numRows);
  const kernels = currentKernels();
  const place = tf.customGrad((input) => ({
    value: kernels.scatterAddRows(input as tf.Tensor2D, places, numRows),
    gradFunc: (dy) => kernels.gatherRows(dy as tf.Tensor2D, places),
  }));
  return place(rows) as tf.Tensor2D;
}
