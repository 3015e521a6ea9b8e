/**
 * The tfjs backend `native`: tfjs's own CPU backend, so every tfjs op works, with the kernels that training spends its
 * time in replaced by ours (`tfjs-kernels.ts`) and their results in reused memory.
 *
 * A result goes back to the pool when tfjs disposes it, unless its array was seen from outside: code that reads
 * `data.values` (tfjs's kernels, dataSync) may keep it or share it with another tensor, so such an array is left to the
 * garbage collector. Our kernels read it through `floats`, which leaves no trace.
 */
import * as tf from '@tensorflow/tfjs';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { NativeAddon } from './addon.js';
import { BufferPool, type PooledArray } from './buffer-pool.js';

type Values = tf.backend_util.BackendValues;

/** What the backend keeps for a tensor, in the form that tfjs's CPU kernels expect. */
class TensorStorage {
  complexTensorInfos?: { real: tf.TensorInfo; imag: tf.TensorInfo };
  refCount = 1;
  /** Owned by this tensor alone and never shown to others. */
  private pooled: PooledArray | undefined;
  private shown: Values | undefined;

  constructor(
    readonly dtype: tf.DataType,
    values: Values | undefined,
    pooled?: PooledArray,
  ) {
    this.shown = values;
    this.pooled = pooled;
  }

  get values(): Values | undefined {
    if (this.pooled) {
      this.shown = this.pooled.values;
      this.pooled = undefined;
    }
    return this.shown;
  }

  /** The array itself, to read during one call. */
  get floats(): Float32Array {
    if (this.pooled) return this.pooled.values;
    if (!(this.shown instanceof Float32Array)) this.shown = Float32Array.from(this.shown as ArrayLike<number>);
    return this.shown;
  }

  /** The array, if nothing but this one tensor can see it: safe to change in place. */
  get exclusive(): Float32Array | undefined {
    return this.refCount === 1 ? this.pooled?.values : undefined;
  }

  release(pool: BufferPool): void {
    const { pooled } = this;
    this.pooled = undefined;
    if (pooled) pool.give(pooled);
  }
}

export class NativeBackend extends MathBackendCPU {
  readonly pool: BufferPool;
  private nextId = 0;

  constructor(readonly addon: NativeAddon) {
    super();
    this.pool = new BufferPool((length) => addon.allocate(length));
  }

  override write(values: Values, _shape: number[], dtype: tf.DataType): object {
    return this.keep(new TensorStorage(dtype, values));
  }

  override move(dataId: object, values: Values, _shape: number[], dtype: tf.DataType, refCount: number): void {
    const storage = new TensorStorage(dtype, values);
    storage.refCount = refCount;
    this.data.set(dataId, storage as never);
  }

  override disposeData(dataId: object, force = false): boolean {
    const storage = this.data.has(dataId) ? this.storage(dataId) : undefined;
    const done = super.disposeData(dataId, force);
    if (done) storage?.release(this.pool);
    return done;
  }

  /** A float32 result to be filled in full: contents are undefined. */
  output(shape: number[]): { info: tf.TensorInfo; values: Float32Array } {
    const pooled = this.pool.take(tf.util.sizeFromShape(shape));
    const dataId = this.keep(new TensorStorage('float32', undefined, pooled));
    return { info: { dataId, shape, dtype: 'float32' }, values: pooled.values };
  }

  /** The same as a tensor that tfjs tracks. */
  outputTensor(shape: number[]): { tensor: tf.Tensor; values: Float32Array } {
    const { info, values } = this.output(shape);
    return { tensor: tf.engine().makeTensorFromTensorInfo(info, this), values };
  }

  /** A float32 tensor's array by reference, for the time of one kernel call. */
  floats(tensor: tf.TensorInfo): Float32Array {
    return this.storage(tensor.dataId).floats;
  }

  /**
   * A variable's array, to change in place: nobody else sees it. A variable whose array is shared (with the caller who
   * gave it, with another tensor, with a reader of dataSync) gets a copy of its own first.
   */
  ownFloats(variable: tf.Variable): Float32Array {
    const own = this.storage(variable.dataId).exclusive;
    if (own) return own;
    const { tensor, values } = this.outputTensor(variable.shape);
    values.set(this.floats(variable));
    variable.assign(tensor);
    tensor.dispose();
    return values;
  }

  private storage(dataId: object): TensorStorage {
    return this.data.get(dataId) as unknown as TensorStorage;
  }

  private keep(storage: TensorStorage): object {
    const dataId = { id: this.nextId++ };
    // tfjs's type has plain fields where this class has getters
    this.data.set(dataId, storage as never);
    return dataId;
  }
}
