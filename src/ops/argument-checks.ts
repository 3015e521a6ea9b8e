/** What every op demands of its arguments before a kernel sees them: kernels trust indices, and some would read past an end. */
import type { Tensor } from '@tensorflow/tfjs';
import type { CompressedRows } from '../backend/index.js';
import type { CounterKey } from '../core/counter-rng.js';
import { assertLength, assertShape, ShapeError } from '../core/errors.js';

/**
 * @param shape `null` matches any size; a matrix has at least one column (tfjs's wasm kernels know none without)
 * @throws ShapeError
 */
export function assertFloats(what: string, tensor: Tensor, shape: readonly (number | null)[]): void {
  assertShape(what, tensor.shape, shape);
  if (tensor.rank === 2 && tensor.shape[1] === 0)
    throw new ShapeError(`${what}: expected at least one column, got none`);
  if (tensor.dtype !== 'float32') throw new ShapeError(`${what}: expected float32, got ${tensor.dtype}`);
}

/** @throws ShapeError unless `actual` is a finite number above 0 */
export function assertPositive(what: string, actual: number): void {
  if (!(actual > 0 && Number.isFinite(actual))) {
    throw new ShapeError(`${what} must be > 0 and finite, got ${actual}`);
  }
}

/** @throws ShapeError unless `actual` is an integer of at least `least` */
export function assertCount(what: string, actual: number, least: number): void {
  if (!(Number.isInteger(actual) && actual >= least)) {
    throw new ShapeError(`${what}: expected an integer of at least ${least}, got ${actual}`);
  }
}

/** @throws ShapeError unless 0 ≤ index < size everywhere */
export function assertIndices(what: string, indices: Int32Array, size: number): void {
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= 0 && indices[i] < size) continue;
    throw new ShapeError(`${what}: expected indices within 0 … ${size - 1}, got ${indices[i]} at position ${i}`);
  }
}

/** @throws ShapeError unless the offsets ascend from 0 to `numEntries` */
export function assertOffsets(what: string, offsets: Int32Array, numEntries: number): void {
  let fits = offsets.length > 0 && offsets[0] === 0 && offsets[offsets.length - 1] === numEntries;
  for (let row = 1; row < offsets.length && fits; row++) fits = offsets[row] >= offsets[row - 1];
  if (!fits) throw new ShapeError(`${what}: expected offsets that ascend from 0 to the ${numEntries} entries`);
}

/** Patterns that passed: walking all entries at every call would cost a good part of a product. */
const passed = new WeakMap<Int32Array, { readonly offsets: Int32Array; readonly numColumns: number }>();

interface MatrixSize {
  readonly numRows: number;
  readonly numColumns: number;
}

/** Of a matrix over nodes. */
export const square = (numNodes: number): MatrixSize => ({ numRows: numNodes, numColumns: numNodes });

/** A matrix in compressed rows. @throws ShapeError */
export function assertRows(what: string, matrix: CompressedRows, size: MatrixSize): void {
  assertLength(`${what} (values)`, matrix.values.length, matrix.columns.length);
  assertPattern(what, matrix, size);
}

/** The same without its values. @throws ShapeError */
export function assertPattern(
  what: string,
  { offsets, columns }: Pick<CompressedRows, 'offsets' | 'columns'>,
  { numRows, numColumns }: MatrixSize,
): void {
  assertLength(`${what} (rows)`, offsets.length - 1, numRows);
  const known = passed.get(columns);
  if (known?.offsets === offsets && known.numColumns === numColumns) return;
  assertOffsets(what, offsets, columns.length);
  assertIndices(`${what} (columns)`, columns, numColumns);
  passed.set(columns, { offsets, numColumns });
}

/** Noise of so many layers. @throws ShapeError */
export function assertNoise(
  what: string,
  noise: { readonly magnitude: number; readonly keys: readonly CounterKey[] } | undefined,
  numLayers: number,
): void {
  if (noise === undefined) return;
  if (noise.keys.length < numLayers) assertLength(`${what} keys`, noise.keys.length, numLayers);
  assertMagnitude(what, noise.magnitude);
}

/** @throws ShapeError */
export function assertMagnitude(what: string, magnitude: number): void {
  if (magnitude >= 0 && Number.isFinite(magnitude)) return;
  throw new ShapeError(`${what} magnitude: expected a finite number of at least 0, got ${magnitude}`);
}
