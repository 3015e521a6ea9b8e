/**
 * The safetensors format (https://huggingface.co/docs/safetensors): the length of a header as uint64, the header as JSON (name → type, shape, first and last byte),
 * the numbers in C order, little-endian. The header is padded with spaces, so that the numbers begin at a multiple of 8 bytes.
 */
import { assertLength } from '../../core/errors.js';

const ALIGNMENT = 8;

interface NamedMatrix {
  readonly name: string;
  readonly shape: readonly [number, number];
  /** Row-major, `[product of shape]`. */
  readonly values: Float32Array;
}

/**
 * @param metadata texts by name, for people
 * @returns parts of the file, one after another
 */
export function encodeSafetensors(
  matrices: readonly NamedMatrix[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const { name, shape, values } of matrices) {
    assertLength(`values of ${name}`, values.length, shape[0] * shape[1]);
    const first = end;
    end += values.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [first, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT, ' ');
  text.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const bytes = matrices.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return [length, padded, ...bytes];
}
