/**
 * Device copies of arrays that do not change, by identity: a graph's matrix is sent once, not at every product. The longest
 * unused go first; an array of a view that was drawn for one step does so soon.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { Compute } from './compute.js';

export const KEPT_ARRAYS_DEFAULTS = Object.freeze({
  /** Arrays kept. Too few for the matrices of one step (three arrays each): sent again at every use; too many: memory. */
  kept: 16,
});

export class KeptArrays {
  private readonly kept = new Map<object, TensorInfo>();

  constructor(private readonly compute: Compute) {}

  /** @param make the numbers to send, if they are not the array itself */
  get(array: Float32Array | Int32Array, make: () => Float32Array | Int32Array = () => array): TensorInfo {
    const known = this.kept.get(array);
    if (known) {
      this.kept.delete(array);
      this.kept.set(array, known);
      return known;
    }
    const info = this.compute.release(this.compute.upload(make()));
    this.kept.set(array, info);
    if (this.kept.size > KEPT_ARRAYS_DEFAULTS.kept) {
      const [oldest, data] = this.kept.entries().next().value!;
      this.kept.delete(oldest);
      this.compute.backend.disposeData(data.dataId);
    }
    return info;
  }
}
