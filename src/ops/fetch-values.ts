/** Reading a tensor's numbers without a copy where the backend can, for code that uses them at once. */
import type { Tensor } from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';

/**
 * Unlike `data`, the array may be used for something else as soon as the tensor is disposed: read it before the next op and
 * do not keep it.
 * @returns row-major, not to be written to
 */
export async function fetchValues(tensor: Tensor): Promise<Float32Array> {
  const kernels = currentKernels();
  await kernels.fetch(tensor);
  return kernels.borrow(tensor);
}
