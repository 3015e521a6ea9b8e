/** Embedding noise of SimGCL (Yu et al. 2022, arXiv 2112.08679, eq. 7), in plain loops. */
import * as tf from '@tensorflow/tfjs';
import { type CounterKey, counterUniform } from '../../core/counter-rng.js';

interface RowNoise {
  readonly dim: number;
  readonly magnitude: number;
  readonly key: CounterKey;
  /** Node of each row; default: row i is node i. */
  readonly nodes?: Int32Array;
}

/**
 * out = x + magnitude · sign(x) ⊙ u / ‖u‖₂, u uniform in [0, 1) drawn a row from counters node · dim + d.
 * @param x row-major `[numRows, dim]`
 * @returns row-major `[numRows, dim]`
 */
export function perturb(x: Float32Array, { dim, magnitude, key, nodes }: RowNoise): Float32Array {
  const out = new Float32Array(x.length);
  const draw = new Float64Array(dim);
  for (let base = 0; base < x.length; base += dim) {
    const counter = nodes ? nodes[base / dim] * dim : base;
    let squares = 0;
    for (let d = 0; d < dim; d++) {
      const u = counterUniform(key, counter + d);
      draw[d] = u;
      squares += u * u;
    }
    const scale = squares > 0 ? magnitude / Math.sqrt(squares) : 0;
    for (let d = 0; d < dim; d++) out[base + d] = x[base + d] + Math.sign(x[base + d]) * draw[d] * scale;
  }
  return out;
}

export function perturbRows(x: tf.Tensor2D, magnitude: number, key: CounterKey): tf.Tensor2D {
  return tf.tensor2d(perturb(x.dataSync() as Float32Array, { dim: x.shape[1], magnitude, key }), x.shape);
}
