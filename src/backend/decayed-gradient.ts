/** Weight decay in Adam for backends whose update has no place for it: the gradient with the value in it. */
import * as tf from '@tensorflow/tfjs';
import type { AdamOptions } from './kernels.js';

type Update = (
  parameter: tf.Variable,
  gradient: tf.Tensor2D,
  m: tf.Variable,
  v: tf.Variable,
  options: AdamOptions,
) => void;
type RowsUpdate = (
  parameter: tf.Variable,
  gradient: tf.Tensor2D,
  rows: Int32Array | undefined,
  m: tf.Variable,
  v: tf.Variable,
  options: AdamOptions,
) => void;

/** @param update without decay @returns the same with it */
export function withDecay(update: Update): Update {
  return (parameter, gradient, m, v, options) => {
    const { weightDecay = 0 } = options;
    if (weightDecay === 0) return update(parameter, gradient, m, v, options);
    const whole = tf.tidy(() => tf.add(gradient, tf.mul(parameter, weightDecay)) as tf.Tensor2D);
    update(parameter, whole, m, v, options);
    whole.dispose();
  };
}

/** The same for an update of the given rows, or of those whose gradient is not zero. */
export function withDecayOfRows(update: RowsUpdate): RowsUpdate {
  return (parameter, gradient, rows, m, v, options) => {
    const { weightDecay = 0 } = options;
    if (weightDecay === 0) return update(parameter, gradient, rows, m, v, options);
    const whole = tf.tidy(() => {
      const values = rows ? tf.gather(parameter, tf.tensor1d(rows, 'int32')) : parameter;
      const touched = rows ? 1 : tf.cast(tf.any(tf.notEqual(gradient, 0), 1, true), 'float32');
      return tf.add(gradient, tf.mul(tf.mul(values, weightDecay), touched)) as tf.Tensor2D;
    });
    update(parameter, whole, rows, m, v, options);
    whole.dispose();
  };
}
