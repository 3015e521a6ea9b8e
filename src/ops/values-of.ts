/** The values of something computed for them alone: no tensor of the computation stays. */
import * as tf from '@tensorflow/tfjs';

/**
 * A copy of the values that `compute` returns, with its tensors disposed. Not the same as returning an array from tf.tidy,
 * which looks for tensors in what it is given and visits every entry of an array for it: half a microsecond each.
 */
export function valuesOf(compute: () => tf.Tensor): Float32Array {
  let values: Float32Array | undefined;
  tf.tidy(() => {
    values = Float32Array.from(compute().dataSync());
  });
  return values!;
}
