/** Weight decay in Adam for backends whose update has no place for it: the gradient with the value in it. */
import * as tf from '@tensorflow/tfjs';
import type { AdamUpdate, Kernels } from './kernels.js';

/** @param step without decay @returns the same with it */
export function withDecay(step: Kernels['adamStep']): Kernels['adamStep'] {
  return (update) => {
    const { parameter, gradient, options } = update;
    const { weightDecay = 0 } = options;
    if (weightDecay === 0) return step(update);
    withGradient(update, () => tf.add(gradient, tf.mul(parameter, weightDecay)), step);
  };
}

/** The same for an update of the given rows, or of those whose gradient is not zero. */
export function withDecayOfRows(stepOfRows: Kernels['adamRows']): Kernels['adamRows'] {
  return (update, rows) => {
    const { parameter, gradient, options } = update;
    const { weightDecay = 0 } = options;
    if (weightDecay === 0) return stepOfRows(update, rows);
    const decayed = (): tf.Tensor => {
      const values = rows ? tf.gather(parameter, tf.tensor1d(rows, 'int32')) : parameter;
      const touched = rows ? 1 : tf.cast(tf.any(tf.notEqual(gradient, 0), 1, true), 'float32');
      return tf.add(gradient, tf.mul(tf.mul(values, weightDecay), touched));
    };
    withGradient(update, decayed, (whole) => stepOfRows(whole, rows));
  };
}

function withGradient(update: AdamUpdate, make: () => tf.Tensor, step: (update: AdamUpdate) => void): void {
  const gradient = tf.tidy(make) as tf.Tensor2D;
  step({ ...update, gradient });
  gradient.dispose();
}
