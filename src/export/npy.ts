/**
 * NumPy's array files, version 1.0 of the format (numpy.lib.format): magic, version, the length of a header, the header (a
 * Python dictionary, padded with spaces so that the numbers begin at a multiple of 64 bytes), the numbers in C order.
 * Written bytes are those of `numpy.save`.
 */
import { DataError, ShapeError } from '../core/errors.js';

const MAGIC = '\x93NUMPY';
const ALIGNMENT = 64;
const KINDS = { '<f4': Float32Array, '<i4': Int32Array, '<i8': BigInt64Array } as const;
type Descr = keyof typeof KINDS;

type NpyValues = Float32Array | Int32Array | BigInt64Array;

export interface NpyArray<T extends NpyValues = NpyValues> {
  readonly shape: readonly number[];
  /** Row-major, `[product of shape]`. */
  readonly values: T;
}

/**
 * @param values row-major, `[product of shape]`
 * @throws ShapeError when the shape has another number of elements
 */
export function encodeNpy(values: NpyValues, shape: readonly number[]): Uint8Array {
  const elements = shape.reduce((product, length) => product * length, 1);
  if (elements !== values.length) {
    throw new ShapeError(`npy: shape [${shape.join(', ')}] has ${elements} elements, got ${values.length}`);
  }
  const descr: Descr = values instanceof Float32Array ? '<f4' : values instanceof Int32Array ? '<i4' : '<i8';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = MAGIC.length + 2 + 2;
  const start = Math.ceil((before + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${dictionary.padEnd(start - before - 1)}\n`;

  const bytes = new Uint8Array(start + values.byteLength);
  const text = Buffer.from(bytes.buffer);
  text.write(MAGIC, 0, 'latin1');
  text.writeUInt8(1, MAGIC.length);
  text.writeUInt16LE(header.length, MAGIC.length + 2);
  text.write(header, before, 'latin1');
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
  return bytes;
}

/**
 * Reads versions 1 to 3 with little-endian float32, int32 or int64 in C order.
 * @param name what errors call the bytes: a file name
 * @throws DataError `NPY_DAMAGED` or `NPY_KIND`
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (reason: string) =>
    new DataError('NPY_DAMAGED', `not a whole NumPy file: ${reason}`, { location: { file: name } });
  if (text.length < 10 || text.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw damaged('no \\x93NUMPY at its head');
  const version = text[MAGIC.length];
  const lengthBytes = version === 1 ? 2 : 4;
  const before = MAGIC.length + 2 + lengthBytes;
  if (version < 1 || version > 3 || text.length < before) throw damaged(`version ${version}`);
  const start = before + text.readUIntLE(MAGIC.length + 2, lengthBytes);
  const header = text.toString('latin1', before, start);

  const descr = /'descr': *'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const tuple = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || tuple === undefined) throw damaged('its header is incomplete');
  if (!Object.hasOwn(KINDS, descr) || order === 'True') {
    const came = `${descr}${order === 'True' ? ' in Fortran order' : ''}`;
    throw new DataError('NPY_KIND', `expected ${Object.keys(KINDS).join(' or ')} in C order, got ${came}`, {
      location: { file: name },
    });
  }
  const shape = tuple
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(Number);
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) throw damaged(`shape (${tuple})`);
  const Values = KINDS[descr as Descr];
  const elements = shape.reduce((product, length) => product * length, 1);
  const expected = start + elements * Values.BYTES_PER_ELEMENT;
  if (text.length !== expected) throw damaged(`${text.length} bytes where shape (${tuple}) takes ${expected}`);
  // copied, so that the numbers stand on an aligned buffer whatever `bytes` is a part of
  const numbers = new Uint8Array(text.length - start);
  numbers.set(text.subarray(start));
  return { shape, values: new Values(numbers.buffer) };
}
