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
export async function checkGradient(
  f: (...inputs: tf.Tensor2D[]) => tf.Scalar,
  inputs: readonly { readonly values: Float32Array; readonly shape: readonly [number, number] }[],
  step = 1e-2,
): Promise<GradientCheck> {
  // all values of f at once, since a read waits for the device
  const [analytic, moved] = tf.tidy(() => {
    const tensors = inputs.map(({ values, shape }) => tf.tensor2d(values, [...shape]));
    const at = (which: number, entry: number, delta: number): tf.Scalar =>
      tf.tidy(() => {
        const { values, shape } = inputs[which];
        const changed = Float32Array.from(values);
        changed[entry] += delta;
        const args = [...tensors];
        args[which] = tf.tensor2d(changed, [...shape]);
        return f(...args);
      });
    const gradients = tf.grads((...args: tf.Tensor[]) => f(...(args as tf.Tensor2D[])))(tensors);
    const differences = inputs.map(({ values }, which) =>
      tf.stack(Array.from(values, (_, i) => [at(which, i, step), at(which, i, -step)]).flat()),
    );
    return [gradients, differences];
  });
  let worst = 0;
  let scale = 0;
  for (const [which, { values }] of inputs.entries()) {
    const [gradient, ends] = [await analytic[which].data(), await moved[which].data()];
    for (let i = 0; i < values.length; i++) {
      const numeric = (ends[2 * i] - ends[2 * i + 1]) / (2 * step);
      worst = Math.max(worst, Math.abs(numeric - gradient[i]));
      scale = Math.max(scale, Math.abs(gradient[i]));
    }
  }
  tf.dispose([analytic, moved]);
  return { worst, scale };
}
