/**
 * Walks the bytes of a FAISS file: little-endian scalars and vectors (a 64-bit count, then the elements), every step
 * checked against the end of the file, so that a damaged file is an error here and not a crash in the library.
 */
import { DataError } from '../../core/errors.js';

/** A vector in the file: `count` elements from byte `offset` on. */
interface FaissVector {
  readonly offset: number;
  readonly count: number;
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

export class FaissCursor {
  private readonly view: DataView;

  /** @param name what errors call the bytes: a file name */
  constructor(
    readonly bytes: Uint8Array,
    readonly name: string,
    public offset = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.damaged(`${what} is ${value}`);
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
      throw this.damaged(`it ends at byte ${this.bytes.byteLength}, within ${what} that begins at byte ${at}`);
    }
    this.offset = at + length;
    return at;
  }

  /** The error for bytes that no FAISS wrote. */
  damaged(reason: string): DataError {
    return new DataError('FAISS_DAMAGED', `not a whole FAISS index: ${reason}; export it again`, {
      location: { file: this.name },
    });
  }
}
