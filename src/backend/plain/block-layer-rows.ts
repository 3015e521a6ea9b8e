/**
 * Layers of a linear encoder over a sampled block at some of its rows, and the gradient, in plain loops.
 *
 * Forward: X_0 = local, X_k = hop_k · X_{k-1} (+ noise), out_j = Σ_k w_jk X_k[rows].
 * Backward (noise is a constant): with G_k = Σ_j w_jk dOut_j put back at `rows`,
 * dLocal = G_0 + hop_1ᵀ · (G_1 + hop_2ᵀ · (G_2 + …)).
 */
import type * as tf from '@tensorflow/tfjs';
import type { BlockPass, CompressedRows } from '../kernels.js';
import { addScaled, stackGradient, stackLayers } from './layer-stack.js';
import { perturb } from './perturb.js';

export function blockLayerRows(local: tf.Tensor2D, passes: readonly BlockPass[]): tf.Tensor2D {
  const dim = local.shape[1];
  return stackLayers(local, passes, ({ pass: { hops, noise, nodes } }, k, previous) => {
    const layer = hops.length > 0 ? product(hops[k - 1].matrix, previous, dim) : previous;
    return noise ? perturb(layer, { dim, magnitude: noise.magnitude, key: noise.keys[k - 1], nodes }) : layer;
  });
}

export function blockLayerRowsGradient(
  gradient: tf.Tensor2D,
  passes: readonly BlockPass[],
  numLocal: number,
): tf.Tensor2D {
  const dim = gradient.shape[1];
  return stackGradient(gradient, passes, numLocal, ({ pass: { hops } }, k, sum) =>
    hops.length > 0 ? product(hops[k - 1].transposed, sum, dim) : sum,
  );
}

/** matrix · x, `[numRows, dim]`. @param x rows beyond the matrix's columns are not read */
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
