/**
 * A matrix that moves columns to others of a wider matrix when multiplied from the right, and back when its transpose is: a
 * padding or a slice of columns whose gradient is a product too. That of tf.pad or of a concatenation along columns is a
 * slice of columns, which tfjs's CPU kernel copies entry by entry.
 */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../core/errors.js';

/**
 * @param first column that column 0 goes to
 * @returns ones at (i, first + i), `[numColumns, width]`
 * @throws ShapeError where they do not fit
 */
export function columnPlacement(numColumns: number, width: number, first: number): tf.Tensor2D {
  if (first < 0 || first + numColumns > width) {
    throw new ShapeError(`columnPlacement: ${numColumns} columns from ${first} on are not within ${width}`);
  }
  const values = new Float32Array(numColumns * width);
  for (let column = 0; column < numColumns; column++) values[column * width + first + column] = 1;
  return tf.tensor2d(values, [numColumns, width]);
}
