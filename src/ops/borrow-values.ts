/** Reading a tensor's numbers without a copy, for code that uses them at once. */
import type { Tensor } from '@tensorflow/tfjs';
import { currentKernels } from '../backend/index.js';

/**
 * Unlike `dataSync`, the array may be used for something else as soon as the tensor is disposed: read it before the
 * next op and do not keep it.
 * @returns row-major, not to be written to
 */
export function borrowValues(tensor: Tensor): Float32Array {
  return currentKernels().borrow(tensor);
}
