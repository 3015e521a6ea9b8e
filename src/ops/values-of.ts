/** The values of something computed for them alone: no tensor of the computation stays. */
import * as tf from '@tensorflow/tfjs';

/** A copy of the values that `compute` returns, with its tensors disposed. */
export async function valuesOf(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  try {
    return Float32Array.from(await tensor.data());
  } finally {
    tensor.dispose();
  }
}
