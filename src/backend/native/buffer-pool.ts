/**
 * Float arrays that are used again. A training step makes and drops arrays of the same few sizes over and over; asking
 * the system for a fresh one costs as much as filling it.
 */
import { totalmem } from 'node:os';

const BUFFER_POOL_DEFAULTS = Object.freeze({
  /** Most memory held for later use. Too small: big tables are allocated anew every step; too large: memory sits idle. */
  limitBytes: Math.min(4 * 1024 ** 3, totalmem() / 8),
  /** Arrays shorter than this are left to the JavaScript heap. */
  smallest: 256,
  /** Blocks from this length on are aligned for the kernels; the finalisers that free those run between tasks only. */
  aligned: 1 << 17,
});

/** An array of the asked length at the head of a block that may be longer. */
export interface PooledArray {
  readonly values: Float32Array;
  /** What goes back to the pool; absent for arrays that do not. */
  readonly block?: Float32Array;
}

export class BufferPool {
  /** Free blocks by length, the least recently used length first. */
  private readonly free = new Map<number, Float32Array[]>();
  private heldBytes = 0;

  constructor(
    private readonly allocate: (length: number) => Float32Array,
    private readonly limitBytes: number = BUFFER_POOL_DEFAULTS.limitBytes,
  ) {}

  /** Contents are undefined. */
  take(length: number): PooledArray {
    if (length < BUFFER_POOL_DEFAULTS.smallest) return { values: new Float32Array(length) };
    const size = blockLength(length);
    const block = this.free.get(size)?.pop() ?? undefined;
    if (block) this.heldBytes -= block.byteLength;
    const whole = block ?? (size < BUFFER_POOL_DEFAULTS.aligned ? new Float32Array(size) : this.allocate(size));
    return { values: size === length ? whole : whole.subarray(0, length), block: whole };
  }

  /** The caller must have no other use of the array. */
  give({ block }: PooledArray): void {
    if (block === undefined) return;
    const blocks = this.free.get(block.length) ?? [];
    this.free.delete(block.length);
    this.free.set(block.length, blocks);
    blocks.push(block);
    this.heldBytes += block.byteLength;
    for (const [size, others] of this.free) {
      while (this.heldBytes > this.limitBytes && others.length > 0) this.heldBytes -= others.pop()!.byteLength;
      if (others.length === 0) this.free.delete(size);
      if (this.heldBytes <= this.limitBytes) break;
    }
  }

  /** Bytes held for later use. */
  get held(): number {
    return this.heldBytes;
  }
}

/** Eight lengths to an octave: batches of slightly different sizes share blocks, at most an eighth is wasted. */
function blockLength(length: number): number {
  const step = 2 ** Math.max(4, Math.floor(Math.log2(length)) - 3);
  return Math.ceil(length / step) * step;
}
