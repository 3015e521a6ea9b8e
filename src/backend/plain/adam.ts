/** Adam (Kingma & Ba 2015, arXiv 1412.6980, algorithm 1) in one pass over typed arrays. */
import * as tf from '@tensorflow/tfjs';
import type { AdamOptions, AdamUpdate } from '../kernels.js';

/** As in `AdamUpdate`, all `[length]`. */
interface AdamArrays {
  readonly parameter: Float32Array;
  readonly gradient: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** Updates `parameter`, `m` and `v` in place. */
export function adamUpdate(
  { parameter, gradient, m, v }: AdamArrays,
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

export function adamStep({ parameter, gradient, m, v, options }: AdamUpdate): void {
  const values = variableValues({ parameter, m, v });
  adamUpdate({ ...values, gradient: gradient.dataSync() as Float32Array }, options);
  assignValues({ parameter, m, v }, values);
}

/** What an update of Adam changes. */
type Changing<T> = Readonly<Record<'parameter' | 'm' | 'v', T>>;

/** Copies: dataSync may hand out the backend's own array, which a live tensor still reads. */
export function variableValues({ parameter, m, v }: Changing<tf.Variable>): Changing<Float32Array> {
  const copy = (variable: tf.Variable): Float32Array => Float32Array.from(variable.dataSync());
  return { parameter: copy(parameter), m: copy(m), v: copy(v) };
}

export function assignValues(variables: Changing<tf.Variable>, values: Changing<Float32Array>): void {
  for (const name of ['parameter', 'm', 'v'] as const) {
    const updated = tf.tensor(values[name], variables[name].shape);
    variables[name].assign(updated);
    updated.dispose();
  }
}
