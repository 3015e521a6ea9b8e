/**
 * The rows of a two-dimensional NumPy file (numpy.lib.format, versions 1 to 3), in blocks: such files may be larger than
 * memory, and only the rows of known entities are kept.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DataError } from '../../../core/errors.js';

const MAGIC = '\x93NUMPY';
/** Longest header that is read: those of plain arrays have 128 bytes. */
const MAX_HEADER = 1 << 16;
const BLOCK_BYTES = 1 << 22;
/** Number types → bytes of a number. */
const SIZES = { '<f2': 2, '<f4': 4, '<f8': 8 } as const;
type Descr = keyof typeof SIZES;

interface NpyHeader {
  readonly descr: Descr;
  readonly numRows: number;
  readonly dim: number;
  /** Where the numbers begin, in bytes. */
  readonly start: number;
}

/**
 * @param visit is given each row, from 0, in an array that is used again, `[dim]`
 * @returns the number of rows
 * @throws DataError `DATA_VECTORS` when it is no such file or not whole
 */
export function forEachNpyRow(path: string, visit: (row: number, vector: Float32Array) => void): number {
  const file = openFile(path);
  try {
    const { descr, numRows, dim, start } = readHeader(file, path);
    const rowBytes = dim * SIZES[descr];
    const expected = start + numRows * rowBytes;
    const { size } = fstatSync(file);
    if (size !== expected)
      throw refused(path, `expected ${expected} bytes for ${numRows} × ${dim} ${descr}, got ${size}`);
    const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));
    const block = Buffer.alloc(blockRows * rowBytes);
    const vector = new Float32Array(dim);
    for (let first = 0; first < numRows; first += blockRows) {
      const rows = Math.min(blockRows, numRows - first);
      readWhole(file, block.subarray(0, rows * rowBytes), start + first * rowBytes);
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < dim; i++) vector[i] = numberAt(block, row * rowBytes + i * SIZES[descr], descr);
        visit(first + row, vector);
      }
    }
    return numRows;
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const message = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (cause as Error).message;
    throw new DataError('DATA_MISSING_FILE', message, { cause, location: { file: path } });
  }
}

function readHeader(file: number, path: string): NpyHeader {
  const head = Buffer.alloc(MAX_HEADER);
  const text = head.subarray(0, readSync(file, head, 0, MAX_HEADER, 0)).toString('latin1');
  if (text.length < 12 || !text.startsWith(MAGIC)) throw refused(path, 'it does not begin with \\x93NUMPY');
  const lengthBytes = text.charCodeAt(MAGIC.length) === 1 ? 2 : 4;
  const before = MAGIC.length + 2 + lengthBytes;
  const start = before + head.readUIntLE(MAGIC.length + 2, lengthBytes);
  const dictionary = text.slice(before, start);
  const descr = /'descr':\s*'([^']*)'/.exec(dictionary)?.[1];
  const shape = /'shape':\s*\(\s*(\d+)\s*,\s*(\d+)\s*,?\s*\)/.exec(dictionary);
  if (start > text.length || descr === undefined) throw refused(path, 'its header is not whole');
  if (!(descr in SIZES)) throw refused(path, `expected numbers of type ${Object.keys(SIZES).join(', ')}, got ${descr}`);
  if (!/'fortran_order':\s*False/.test(dictionary)) {
    throw refused(path, 'expected rows one after the other (C order); save np.ascontiguousarray(x)');
  }
  const [numRows, dim] = shape ? [Number(shape[1]), Number(shape[2])] : [0, 0];
  if (dim === 0) throw refused(path, `expected a row a vector, shape (rows, dim), got ${dictionary.trim()}`);
  return { descr: descr as Descr, numRows, dim, start };
}

function readWhole(file: number, into: Buffer, position: number): void {
  for (let at = 0; at < into.length; ) at += readSync(file, into, at, into.length - at, position + at);
}

function numberAt(bytes: Buffer, at: number, descr: Descr): number {
  if (descr === '<f4') return bytes.readFloatLE(at);
  return descr === '<f8' ? bytes.readDoubleLE(at) : halfFloat(bytes.readUInt16LE(at));
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  const magnitude = exponent < 31 ? size : fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  return bits & 0x8000 ? -magnitude : magnitude;
}

function refused(path: string, problem: string): DataError {
  const message = `not a NumPy file of vectors: ${problem}; write it with numpy.save(path, array.astype("float32"))`;
  return new DataError('DATA_VECTORS', message, { location: { file: path } });
}
