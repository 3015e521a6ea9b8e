/**
 * Layers of a linear encoder over a sampled block at some of its rows, and the gradient, in plain loops.
 *
 * Forward: X_0 = local, X_k = hop_k · X_{k-1} (+ noise), out_j = Σ_k w_jk X_k[rows].
 * Backward (noise is a constant): with G_k = Σ_j w_jk dOut_j put back at `rows`,
 * dLocal = G_0 + hop_1ᵀ · (G_1 + hop_2ᵀ · (G_2 + …)).
 */
import * as tf from '@tensorflow/tfjs';
import type { BlockPass, CompressedRows } from '../kernels.js';
import { addScaled, stackedRows } from './layer-rows.js';
import { perturb } from './perturb.js';

export function blockLayerRows(local: tf.Tensor2D, passes: readonly BlockPass[]): tf.Tensor2D {
  const dim = local.shape[1];
  const total = passes.reduce((sum, pass) => sum + stackedRows(pass), 0);
  const out = new Float32Array(total * dim);
  let start = 0;
  for (const pass of passes) {
    let layer = local.dataSync() as Float32Array;
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

function nextLayer(previous: Float32Array, dim: number, { hops, noise, nodes }: BlockPass, k: number): Float32Array {
  const layer = hops.length > 0 ? product(hops[k - 1].matrix, previous, dim) : previous;
  return noise ? perturb(layer, dim, noise.magnitude, noise.keys[k - 1], nodes) : layer;
}

export function blockLayerRowsGradient(
  gradient: tf.Tensor2D,
  passes: readonly BlockPass[],
  numLocal: number,
): tf.Tensor2D {
  const dim = gradient.shape[1];
  const values = gradient.dataSync() as Float32Array;
  const out = new Float32Array(numLocal * dim);
  let start = 0;
  for (const { hops, numLayers, rows, combinations } of passes) {
    const top = hops.length > 0 ? hops[numLayers - 1].matrix.offsets.length - 1 : numLocal;
    let sum = new Float32Array(top * dim);
    for (let k = numLayers; k >= 0; k--) {
      combinations.forEach((weights, j) => {
        if (weights[k] === 0) return;
        const part = values.subarray((start + j * rows.length) * dim);
        for (let i = 0; i < rows.length; i++) addScaled(sum, rows[i] * dim, part, i * dim, dim, weights[k]);
      });
      if (k > 0 && hops.length > 0) sum = product(hops[k - 1].transposed, sum, dim);
    }
    for (let i = 0; i < sum.length; i++) out[i] += sum[i];
    start += rows.length * combinations.length;
  }
  return tf.tensor2d(out, [numLocal, dim]);
}

/** matrix · x, `[numRows, dim]`. */
function product(
  { offsets, columns, values }: CompressedRows,
  x: Float32Array,
  dim: number,
): Float32Array<ArrayBuffer> {
  const numRows = offsets.length - 1;
  const out = new Float32Array(numRows * dim);
  for (let row = 0; row < numRows; row++) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      addScaled(out, row * dim, x, columns[entry] * dim, dim, values[entry]);
    }
  }
  return out;
}
