/**
 * Gradient check by central differences, for tests of ops, losses and objectives. Float32 values limit it: with step
 * 1e-2 on values of order 1 the difference quotient is good to about 1e-3.
 */
import * as tf from '@tensorflow/tfjs';

export interface GradientCheck {
  /** Largest |analytic − numeric| over all entries. */
  readonly worst: number;
  /** Largest |analytic|: a check of an all-zero gradient proves nothing. */
  readonly scale: number;
}

/**
 * @param f scalar function of the inputs
 * @param inputs values and shapes at which to differentiate; every entry is moved by ±step
 */
export function checkGradient(
  f: (...inputs: tf.Tensor2D[]) => tf.Scalar,
  inputs: readonly { readonly values: Float32Array; readonly shape: readonly [number, number] }[],
  step = 1e-2,
): GradientCheck {
  return tf.tidy(() => {
    const tensors = inputs.map(({ values, shape }) => tf.tensor2d(values, [...shape]));
    const analytic = tf.grads((...args: tf.Tensor[]) => f(...(args as tf.Tensor2D[])))(tensors);
    let worst = 0;
    let scale = 0;
    for (const [which, { values, shape }] of inputs.entries()) {
      const gradient = analytic[which].dataSync();
      for (let i = 0; i < values.length; i++) {
        const at = (delta: number): number =>
          tf.tidy(() => {
            const moved = Float32Array.from(values);
            moved[i] += delta;
            const args = [...tensors];
            args[which] = tf.tensor2d(moved, [...shape]);
            return f(...args).dataSync()[0];
          });
        const numeric = (at(step) - at(-step)) / (2 * step);
        worst = Math.max(worst, Math.abs(numeric - gradient[i]));
        scale = Math.max(scale, Math.abs(gradient[i]));
      }
    }
    return { worst, scale };
  });
}
