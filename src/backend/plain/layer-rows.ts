/**
 * Layers of a linear encoder at some rows, and the gradient for the table, in plain loops.
 *
 * Forward: X_0 = table, X_k = matrix · X_{k-1} (+ noise), out_j = Σ_k w_jk X_k[rows].
 * Backward (noise is a constant, the matrix symmetric): with G_k = Σ_j w_jk dOut_j put back at `rows`,
 * dTable = G_0 + matrix · (G_1 + matrix · (G_2 + …)).
 *
 * The last layer is computed at `rows` only, and the first product of the gradient starts from those rows only.
 */
import * as tf from '@tensorflow/tfjs';
import type { LayerPass, SparseRows } from '../kernels.js';
import { perturb } from './perturb.js';
import { propagateInto } from './propagate.js';

/** Rows that a pass adds to the stack. */
export function stackedRows({ rows, combinations }: Pick<LayerPass, 'rows' | 'combinations'>): number {
  return rows.length * combinations.length;
}

export function layerRows(table: tf.Tensor2D, passes: readonly LayerPass[]): tf.Tensor2D {
  const dim = table.shape[1];
  const total = passes.reduce((sum, pass) => sum + stackedRows(pass), 0);
  const out = new Float32Array(total * dim);
  const values = table.dataSync() as Float32Array;
  let start = 0;
  for (const pass of passes) {
    let layer = values;
    for (let k = 0; k <= pass.numLayers; k++) {
      if (k > 0) layer = nextLayer(layer, dim, pass, k);
      pass.combinations.forEach((weights, j) => {
        if (weights[k] === 0) return;
        const part = out.subarray((start + j * pass.rows.length) * dim);
        for (let i = 0; i < pass.rows.length; i++) addScaled(part, i * dim, layer, pass.rows[i] * dim, dim, weights[k]);
      });
    }
    start += stackedRows(pass);
  }
  return tf.tensor2d(out, [total, dim]);
}

/** Layer k ≥ 1, `[numNodes, dim]`; the last one holds numbers at `rows` only. */
function nextLayer(previous: Float32Array, dim: number, pass: LayerPass, k: number): Float32Array {
  const { matrix, noise, rows } = pass;
  let layer = previous;
  if (matrix) {
    layer = new Float32Array(previous.length);
    propagateInto(matrix, previous, dim, layer, k === pass.numLayers ? rows : undefined);
  }
  return noise ? perturb(layer, dim, noise.magnitude, noise.keys[k - 1]) : layer;
}

export function layerRowsGradient(gradient: tf.Tensor2D, passes: readonly LayerPass[], numNodes: number): tf.Tensor2D {
  const dim = gradient.shape[1];
  const values = gradient.dataSync() as Float32Array;
  const out = new Float32Array(numNodes * dim);
  let start = 0;
  for (const pass of passes) {
    const { matrix, numLayers, rows, combinations } = pass;
    /** Adds G_k to `sum`. */
    const addLayer = (k: number, sum: Float32Array): void => {
      combinations.forEach((weights, j) => {
        if (weights[k] === 0) return;
        const part = values.subarray((start + j * rows.length) * dim);
        for (let i = 0; i < rows.length; i++) addScaled(sum, rows[i] * dim, part, i * dim, dim, weights[k]);
      });
    };
    let sum = new Float32Array(numNodes * dim);
    for (let k = numLayers; k >= 0; k--) {
      addLayer(k, sum);
      if (k === 0 || matrix === undefined) continue;
      const next = new Float32Array(sum.length);
      if (k === numLayers) spread(matrix, rows, sum, dim, next);
      else propagateInto(matrix, sum, dim, next);
      sum = next;
    }
    for (let i = 0; i < out.length; i++) out[i] += sum[i];
    start += stackedRows(pass);
  }
  return tf.tensor2d(out, [numNodes, dim]);
}

/** out += matrix · x for a symmetric matrix and an x that is zero but at `rows`. */
function spread(matrix: SparseRows, rows: Int32Array, x: Float32Array, dim: number, out: Float32Array): void {
  const { offsets, columns, values } = matrix;
  for (const row of rows) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      addScaled(out, columns[entry] * dim, x, row * dim, dim, values[entry]);
    }
  }
}

/** to[toAt …] += scale · from[fromAt …], dim numbers. */
export function addScaled(
  to: Float32Array,
  toAt: number,
  from: Float32Array,
  fromAt: number,
  dim: number,
  scale: number,
): void {
  for (let d = 0; d < dim; d++) to[toAt + d] += scale * from[fromAt + d];
}
