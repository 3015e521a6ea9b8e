/**
 * TFRecord files as frames around records: length, sum of the length, bytes, sum of the bytes.
 *
 *     uint64 length, uint32 masked(length), byte data[length], uint32 masked(data)      all little-endian
 *     masked(bytes) = ((crc >> 15) | (crc << 17)) + 0xa282ead8 modulo 2^32, crc the CRC-32C (Castagnoli) of the bytes
 *
 * Reference: tensorflow/core/lib/io/record_writer.h and lib/hash/crc32c.h.
 */
import { DataError } from '../errors.js';
import { loadOptionalPackage } from '../optional-package.js';

interface Crc32Library {
  crc32c(data: Uint8Array): number;
}

const CRC32 = Object.freeze({ package: '@node-rs/crc32', version: '1.10.8' });
const MASK = 0xa282ead8;
const HEAD = 12;
const TAIL = 4;

export class RecordFrames {
  private readonly crc32c: Crc32Library['crc32c'];

  /** @throws ConfigError `PACKAGE_MISSING` */
  constructor() {
    this.crc32c = loadOptionalPackage<Crc32Library>('TFRecord', CRC32).crc32c;
  }

  /** The bytes of a file's next record. */
  frame(data: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(HEAD + data.length + TAIL);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(data.length), true);
    view.setUint32(8, this.masked(bytes.subarray(0, 8)), true);
    bytes.set(data, HEAD);
    view.setUint32(HEAD + data.length, this.masked(data), true);
    return bytes;
  }

  /**
   * The records of a whole file.
   * @param file as errors name it
   * @throws DataError `TFRECORD_DAMAGED` with the byte at which a record begins that is cut off or has another sum
   */
  *records(bytes: Uint8Array, file: string): Generator<Uint8Array> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; ) {
      const damaged = (problem: string): DataError =>
        new DataError('TFRECORD_DAMAGED', `the record at byte ${at} ${problem}`, { location: { file } });
      if (at + HEAD > bytes.length) throw damaged('is cut off');
      if (view.getUint32(at + 8, true) !== this.masked(bytes.subarray(at, at + 8))) {
        throw damaged(
          'has a length whose sum is another: this is no TFRecord file, it is compressed, or it was damaged',
        );
      }
      const length = view.getBigUint64(at, true);
      if (length > BigInt(bytes.length - at - HEAD - TAIL)) throw damaged('is cut off');
      const data = bytes.subarray(at + HEAD, at + HEAD + Number(length));
      if (view.getUint32(at + HEAD + data.length, true) !== this.masked(data))
        throw damaged('was changed: its sum is another');
      yield data;
      at += HEAD + data.length + TAIL;
    }
  }

  private masked(bytes: Uint8Array): number {
    const crc = this.crc32c(bytes) >>> 0;
    return (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
  }
}
