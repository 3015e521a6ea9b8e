/**
 * Layers of a linear encoder at some rows, and the gradient for the table, in plain loops over whole layers.
 *
 * Forward: X_0 = table, X_k = matrix · X_{k-1} (+ noise), out_j = Σ_k w_jk X_k[rows].
 * Backward (noise is a constant, the matrix symmetric): with G_k = Σ_j w_jk dOut_j put back at `rows`,
 * dTable = G_0 + matrix · (G_1 + matrix · (G_2 + …)).
 */
import * as tf from '@tensorflow/tfjs';
import type { LayerPass } from '../kernels.js';
import { perturb } from './perturb.js';
import { propagateInto } from './propagate.js';

/** Rows that a pass adds to the stack. */
export function stackedRows({ rows, combinations }: LayerPass): number {
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
        for (let i = 0; i < pass.rows.length && weights[k] !== 0; i++) {
          const target = (start + j * pass.rows.length + i) * dim;
          const source = pass.rows[i] * dim;
          for (let d = 0; d < dim; d++) out[target + d] += weights[k] * layer[source + d];
        }
      });
    }
    start += stackedRows(pass);
  }
  return tf.tensor2d(out, [total, dim]);
}

/** Layer k ≥ 1, `[numNodes, dim]`. */
function nextLayer(previous: Float32Array, dim: number, { matrix, noise }: LayerPass, k: number): Float32Array {
  let layer = previous;
  if (matrix) {
    layer = new Float32Array(previous.length);
    propagateInto(matrix, previous, dim, layer);
  }
  return noise ? perturb(layer, dim, noise.magnitude, noise.keys[k - 1]) : layer;
}

export function layerRowsGradient(gradient: tf.Tensor2D, passes: readonly LayerPass[], numNodes: number): tf.Tensor2D {
  const dim = gradient.shape[1];
  const values = gradient.dataSync() as Float32Array;
  const out = new Float32Array(numNodes * dim);
  let start = 0;
  for (const pass of passes) {
    let sum = new Float32Array(numNodes * dim);
    for (let k = pass.numLayers; k >= 0; k--) {
      pass.combinations.forEach((weights, j) => {
        for (let i = 0; i < pass.rows.length && weights[k] !== 0; i++) {
          const source = (start + j * pass.rows.length + i) * dim;
          const target = pass.rows[i] * dim;
          for (let d = 0; d < dim; d++) sum[target + d] += weights[k] * values[source + d];
        }
      });
      if (k > 0 && pass.matrix) {
        const next = new Float32Array(sum.length);
        propagateInto(pass.matrix, sum, dim, next);
        sum = next;
      }
    }
    for (let i = 0; i < out.length; i++) out[i] += sum[i];
    start += stackedRows(pass);
  }
  return tf.tensor2d(out, [numNodes, dim]);
}
