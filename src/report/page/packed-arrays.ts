/** Arrays of numbers in a page's data: base64 of their bytes, which are little-endian as typed arrays of browsers are. */
import { endianness } from 'node:os';

type Packed = Int32Array | Int16Array | Uint16Array;

export function base64(values: Packed): string {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return (endianness() === 'LE' ? bytes : swapped(bytes, values.BYTES_PER_ELEMENT)).toString('base64');
}

function swapped(bytes: Buffer, width: number): Buffer {
  const copy = Buffer.from(bytes);
  return width === 4 ? copy.swap32() : copy.swap16();
}
