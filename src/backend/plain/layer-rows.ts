/**
 * Layers of a linear encoder at some rows, and the gradient for the table, in plain loops.
 *
 * Forward: X_0 = table, X_k = matrix · X_{k-1} (+ noise), out_j = Σ_k w_jk X_k[rows].
 * Backward (noise is a constant, the matrix symmetric): with G_k = Σ_j w_jk dOut_j put back at `rows`,
 * dTable = G_0 + matrix · (G_1 + matrix · (G_2 + …)).
 *
 * The last layer is computed at `rows` only, and the first product of the gradient starts from those rows only.
 */
import type * as tf from '@tensorflow/tfjs';
import type { LayerPass, SparseRows } from '../kernels.js';
import { addScaled, stackGradient, stackLayers } from './layer-stack.js';
import { perturb } from './perturb.js';
import { propagateInto } from './propagate.js';

export function layerRows(table: tf.Tensor2D, passes: readonly LayerPass[]): tf.Tensor2D {
  const dim = table.shape[1];
  // the last layer holds numbers at `rows` only
  return stackLayers(table, passes, ({ pass: { matrix, noise, rows }, lastLayer }, k, previous) => {
    let layer = previous;
    if (matrix) {
      layer = new Float32Array(previous.length);
      propagateInto(matrix, previous, dim, layer, k === lastLayer ? rows : undefined);
    }
    return noise ? perturb(layer, { dim, magnitude: noise.magnitude, key: noise.keys[k - 1] }) : layer;
  });
}

export function layerRowsGradient(gradient: tf.Tensor2D, passes: readonly LayerPass[], numNodes: number): tf.Tensor2D {
  const dim = gradient.shape[1];
  return stackGradient(gradient, passes, numNodes, ({ pass: { matrix, numLayers, rows } }, k, sum) => {
    if (matrix === undefined) return sum;
    const next = new Float32Array(sum.length);
    if (k === numLayers) spread(matrix, rows, sum, dim, next);
    else propagateInto(matrix, sum, dim, next);
    return next;
  });
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
