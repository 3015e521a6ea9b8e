/**
 * Walks the bytes of a FAISS file: little-endian scalars and vectors (a 64-bit count, then the elements), every step
 * checked against the end of the file, so that a damaged file is an error here and not a crash in the library.
 */
import { DataError } from '../../core/errors.js';

/** A vector in the file: `count` elements from byte `offset` on. */
export interface FaissVector {
  readonly offset: number;
  readonly count: number;
}

/** A number inside the file that steers the search. */
export interface FaissSetting {
  /** Byte position of a little-endian integer: 64 bits for nprobe, 32 bits for efSearch. */
  readonly offset: number;
  readonly value: number;
}

/** A copy of part of the bytes, which a typed array of any width can stand on: nothing in the file is aligned. */
export function alignedCopy(
  bytes: Uint8Array,
  { offset, length }: { readonly offset: number; readonly length: number },
): ArrayBuffer {
  // not bytes.slice: that of a Buffer copies nothing
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(offset, offset + length));
  return copy.buffer;
}

/** The exponent of a float32; all ones in infinities and NaN. */
const EXPONENT = 0x7f800000;

export class FaissCursor {
  /** For the elements of vectors that were stepped over, which are therefore in the file. */
  readonly view: DataView;

  /** @param name what errors call the bytes: a file name */
  constructor(
    readonly bytes: Uint8Array,
    readonly name: string,
    public offset = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A second cursor over the same bytes. */
  from(offset: number): FaissCursor {
    return new FaissCursor(this.bytes, this.name, offset);
  }

  /** Four characters that name the kind of what follows. */
  fourcc(): string {
    const at = this.skip(4, 'a four-character code');
    return String.fromCharCode(...this.bytes.subarray(at, at + 4));
  }

  uint8(what: string): number {
    return this.view.getUint8(this.skip(1, what));
  }

  int32(what: string): number {
    return this.view.getInt32(this.skip(4, what), true);
  }

  /** A 64-bit size or count that must fit a JavaScript integer. */
  size(what: string): number {
    const value = this.view.getBigInt64(this.skip(8, what), true);
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.damaged(`${what} is ${value}, expected 0 … ${Number.MAX_SAFE_INTEGER}`);
    }
    return Number(value);
  }

  /** Steps over a vector of elements of `elementBytes` bytes. */
  vector(elementBytes: number, what: string): FaissVector {
    const count = this.size(`the length of ${what}`);
    return { offset: this.skip(count * elementBytes, `${what} (${count} elements)`), count };
  }

  /** Steps over `length` bytes and returns where they began. */
  skip(length: number, what: string): number {
    const at = this.offset;
    if (at + length > this.bytes.byteLength) {
      throw this.damaged(`it ends at byte ${this.bytes.byteLength}, within ${what}, from byte ${at} on`);
    }
    this.offset = at + length;
    return at;
  }

  /** The elements of a vector of int32, a copy. */
  int32s({ offset, count }: FaissVector): Int32Array {
    return new Int32Array(alignedCopy(this.bytes, { offset, length: 4 * count }));
  }

  /** Refuses a value other than `expected`. */
  assertEqual(what: string, value: number, expected: number): void {
    if (value !== expected) throw this.damaged(`${what} is ${value}, expected ${expected}`);
  }

  /** Refuses a value outside `[least, most]`. */
  assertRange(what: string, value: number, [least, most]: readonly [number, number]): void {
    if (value >= least && value <= most) return;
    throw this.damaged(`${what} is ${value}, expected ${least} … ${most}`);
  }

  /** Refuses infinities and NaN among the elements of a vector of float32. */
  assertFinite(what: string, { offset, count }: FaissVector): void {
    const { view } = this;
    for (let at = offset; at < offset + 4 * count; at += 4) {
      if ((view.getUint32(at, true) & EXPONENT) !== EXPONENT) continue;
      throw this.damaged(
        `${what} hold ${view.getFloat32(at, true)} at position ${(at - offset) / 4}, expected numbers`,
      );
    }
  }

  /** The error for bytes that no FAISS wrote. */
  damaged(reason: string): DataError {
    return new DataError('FAISS_DAMAGED', `not a whole FAISS index: ${reason}; export it again`, {
      location: { file: this.name },
    });
  }
}
