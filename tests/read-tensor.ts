/** The numbers of a tensor that a test makes, on backends that can only be read asynchronously, too. */
import * as tf from '@tensorflow/tfjs';

/** Runs `make`, frees what it made on the way, and reads the result, which is freed as well. */
export async function readTensor(make: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(make);
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}
