/**
 * GPU buffers for tfjs's WebGPU backend, in place of its own manager, which keeps every buffer that was ever free: a batch
 * touches another number of nodes at every step, so its sizes hardly repeat, and a long run would fill the device.
 * This one destroys free buffers, the longest unused first, beyond a bound.
 */
import type { BufferManager, GpuBuffer, GpuDevice } from './binding.js';

const BUFFER_POOL_DEFAULTS = Object.freeze({
  /** Bytes of free buffers. Too small: allocation at every step; too large: memory that nothing uses. */
  freeBytes: 256 * 2 ** 20,
});

export class BufferPool implements BufferManager {
  numBytesUsed = 0;
  numBytesAllocated = 0;
  private readonly used = new Set<GpuBuffer>();
  /** Free buffers, the longest unused first. */
  private readonly free = new Set<GpuBuffer>();
  private readonly freeByKey = new Map<string, GpuBuffer[]>();

  constructor(
    private readonly device: GpuDevice,
    private readonly freeBytes: number = BUFFER_POOL_DEFAULTS.freeBytes,
  ) {}

  /** A buffer taken from the free ones is not mapped, whatever was asked for: tfjs looks at its state. */
  acquireBuffer(size: number, usage: number, mappedAtCreation = false, reuse = true): GpuBuffer {
    const buffer = (reuse && this.takeFree(size, usage)) || this.create(size, usage, mappedAtCreation);
    this.used.add(buffer);
    this.numBytesUsed += size;
    return buffer;
  }

  releaseBuffer(buffer: GpuBuffer, reuse = true): void {
    if (!this.used.delete(buffer)) return; // of a manager that this one replaced
    this.numBytesUsed -= buffer.size;
    if (!reuse) {
      this.destroy(buffer);
      return;
    }
    this.free.add(buffer);
    const key = keyOf(buffer.size, buffer.usage);
    const same = this.freeByKey.get(key);
    if (same) same.push(buffer);
    else this.freeByKey.set(key, [buffer]);
    while (this.numBytesAllocated - this.numBytesUsed > this.freeBytes) this.dropOldest();
  }

  dispose(): void {
    for (const buffer of [...this.used, ...this.free]) this.destroy(buffer);
    this.used.clear();
    this.free.clear();
    this.freeByKey.clear();
    this.numBytesUsed = 0;
  }

  private takeFree(size: number, usage: number): GpuBuffer | undefined {
    const key = keyOf(size, usage);
    const same = this.freeByKey.get(key);
    const buffer = same?.pop();
    if (buffer === undefined) return undefined;
    this.free.delete(buffer);
    if (same!.length === 0) this.freeByKey.delete(key);
    return buffer;
  }

  private create(size: number, usage: number, mappedAtCreation: boolean): GpuBuffer {
    this.numBytesAllocated += size;
    return this.device.createBuffer({ size, usage, mappedAtCreation });
  }

  private dropOldest(): void {
    const [buffer] = this.free;
    const key = keyOf(buffer.size, buffer.usage);
    const same = this.freeByKey.get(key)!;
    same.splice(same.indexOf(buffer), 1);
    if (same.length === 0) this.freeByKey.delete(key);
    this.free.delete(buffer);
    this.destroy(buffer);
  }

  /** Work that was submitted with it still ends well. */
  private destroy(buffer: GpuBuffer): void {
    buffer.destroy();
    this.numBytesAllocated -= buffer.size;
  }
}

const keyOf = (size: number, usage: number): string => `${size}/${usage}`;
