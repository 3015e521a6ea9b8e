/**
 * Typed arrays as bytes of files: plain little-endian elements, the element type in the file name (`x.i32`), so that
 * any other program can map them (`numpy.fromfile(path, '<i4')`).
 */
import { endianness } from 'node:os';
import { bytesOf } from '../core/atomic-file.js';
import { DataError } from '../core/errors.js';
import { parseBoundedJson } from '../core/outside/nesting.js';

const ARRAY_TYPES = {
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
  u8: Uint8Array,
} as const;

type ElementType = keyof typeof ARRAY_TYPES;

interface ArrayOf {
  i32: Int32Array;
  f32: Float32Array;
  f64: Float64Array;
  u8: Uint8Array;
}

/** File name → content. */
export type FileBytes = Map<string, Uint8Array>;

/** Puts `array` under `<stem>.<type>`; an absent array has no file. The bytes are a view where the machine allows. */
export function putArray<Type extends ElementType>(
  files: FileBytes,
  stem: string,
  type: Type,
  array: ArrayOf[Type] | undefined,
): void {
  if (array) files.set(`${stem}.${type}`, littleEndian(bytesOf(array), array.BYTES_PER_ELEMENT));
}

/** The array under `<stem>.<type>`, or undefined when there is no such file. */
export function takeArray<Type extends ElementType>(
  files: FileBytes,
  stem: string,
  type: Type,
): ArrayOf[Type] | undefined {
  const bytes = files.get(`${stem}.${type}`);
  if (!bytes) return undefined;
  const ArrayType = ARRAY_TYPES[type];
  const size = ArrayType.BYTES_PER_ELEMENT;
  if (bytes.byteLength % size !== 0) {
    throw new DataError('GRAPH_DAMAGED', `${stem}.${type}: ${bytes.byteLength} bytes are not a multiple of ${size}`);
  }
  const native = littleEndian(bytes, size);
  const aligned = native.byteOffset % size === 0 ? native : native.slice();
  return new ArrayType(aligned.buffer as ArrayBuffer, aligned.byteOffset, bytes.byteLength / size) as ArrayOf[Type];
}

/** Like `takeArray`, of a file that must be there. */
export function needArray<Type extends ElementType>(files: FileBytes, stem: string, type: Type): ArrayOf[Type] {
  const array = takeArray(files, stem, type);
  if (!array) throw new DataError('GRAPH_DAMAGED', `${stem}.${type}: the manifest does not list this file`);
  return array;
}

/** Swaps the bytes of every element on a big-endian machine; its own inverse. */
function littleEndian(bytes: Uint8Array, elementSize: number): Uint8Array {
  if (endianness() === 'LE' || elementSize === 1) return bytes;
  const copy = Buffer.from(bytes);
  return elementSize === 4 ? copy.swap32() : copy.swap64();
}

/** JSON with one array entry a line. Survives every string: line ends and lone surrogates are escaped. */
export function putStrings(files: FileBytes, name: string, strings: readonly string[]): void {
  files.set(name, Buffer.from(`[${strings.map((text) => JSON.stringify(text)).join(',\n')}]\n`));
}

export function areStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** Whether all are from `least` to `limit` − 1. */
export function areBelow(values: Int32Array | Uint8Array, limit: number, least = 0): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] < least || values[i] >= limit) return false;
  return true;
}

/** Any JSON value. */
export function putJson(files: FileBytes, name: string, value: unknown): void {
  files.set(name, Buffer.from(`${JSON.stringify(value)}\n`));
}

/** Parses a JSON file that must be there. @param isRight what its value must be, called `expected` in the error */
export function needJson<T>(
  files: FileBytes,
  name: string,
  isRight: (value: unknown) => value is T,
  expected: string,
): T {
  const bytes = files.get(name);
  if (!bytes) throw new DataError('GRAPH_DAMAGED', `${name}: the manifest does not list this file`);
  let value: unknown;
  try {
    value = parseBoundedJson(bytes);
  } catch (cause) {
    throw new DataError('GRAPH_DAMAGED', `${name}: not readable as JSON (${(cause as Error).message})`, { cause });
  }
  if (!isRight(value)) throw new DataError('GRAPH_DAMAGED', `${name}: expected ${expected}`);
  return value;
}
