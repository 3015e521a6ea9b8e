/** Adam (Kingma & Ba 2015, arXiv 1412.6980, algorithm 1) in one pass over typed arrays. */
import * as tf from '@tensorflow/tfjs';
import type { AdamOptions } from '../kernels.js';

/** Updates `parameter`, `m` and `v` in place; all `[length]`. */
export function adamUpdate(
  parameter: Float32Array,
  gradient: Float32Array,
  m: Float32Array,
  v: Float32Array,
  { learningRate, beta1, beta2, epsilon, step, weightDecay = 0 }: AdamOptions,
): void {
  const rate = learningRate / (1 - beta1 ** step);
  const correction = 1 / (1 - beta2 ** step);
  for (let i = 0; i < parameter.length; i++) {
    const g = gradient[i] + weightDecay * parameter[i];
    m[i] = beta1 * m[i] + (1 - beta1) * g;
    v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    parameter[i] -= (rate * m[i]) / (Math.sqrt(v[i] * correction) + epsilon);
  }
}

export function adamStep(
  parameter: tf.Variable,
  gradient: tf.Tensor2D,
  m: tf.Variable,
  v: tf.Variable,
  options: AdamOptions,
): void {
  // copies: dataSync may hand out the backend's own array, which a live tensor still reads
  const values = [parameter, m, v].map((variable) => Float32Array.from(variable.dataSync()));
  adamUpdate(values[0], gradient.dataSync() as Float32Array, values[1], values[2], options);
  [parameter, m, v].forEach((variable, i) => {
    const updated = tf.tensor(values[i], variable.shape);
    variable.assign(updated);
    updated.dispose();
  });
}
