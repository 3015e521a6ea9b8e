/**
 * One file that holds named float arrays and a JSON record: a checkpoint. Written whole under a temporary name and
 * renamed, so it is either the old one or the new one; a checksum over the payload catches what a disk may do.
 *
 * Layout: magic `TWLS`, uint32 version, uint32 header length, 32 bytes sha256 of all that follows, header (JSON: meta,
 * names and shapes of the arrays), payload (the arrays one after another, float32, little-endian).
 */
import { existsSync, readFileSync } from 'node:fs';
import { bytesOf, sha256Of, writeFileAtomic } from '../core/atomic-file.js';
import { DataError } from '../core/errors.js';

const MAGIC = 'TWLS';
const VERSION = 1;
const PREFIX_BYTES = 44;

export interface StateArray {
  readonly shape: readonly number[];
  /** `[product of shape]`. */
  readonly values: Float32Array;
}

export interface StateFile<Meta> {
  readonly meta: Meta;
  readonly arrays: Readonly<Record<string, StateArray>>;
}

interface Header<Meta> {
  readonly meta: Meta;
  readonly arrays: readonly { name: string; shape: readonly number[]; length: number }[];
}

export function writeStateFile<Meta>(path: string, state: StateFile<Meta>): void {
  const entries = Object.entries(state.arrays);
  const payload = entries.map(([, array]) => bytesOf(array.values));
  const header: Header<Meta> = {
    meta: state.meta,
    arrays: entries.map(([name, { shape, values }]) => ({ name, shape, length: values.length })),
  };
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, 0, 'latin1');
  prefix.writeUInt32LE(VERSION, 4);
  prefix.writeUInt32LE(text.length, 8);
  prefix.write(sha256Of(text, ...payload), 12, 'hex');
  writeFileAtomic(path, Buffer.concat([prefix, text, ...payload]));
}

/**
 * @returns undefined when the file does not exist
 * @throws DataError `STATE_FORMAT` for another kind or a newer version of file, `STATE_DAMAGED` for a bad checksum
 */
export function readStateFile<Meta>(path: string): StateFile<Meta> | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const location = { file: path };
  if (bytes.length < PREFIX_BYTES || bytes.toString('latin1', 0, 4) !== MAGIC) {
    throw new DataError('STATE_FORMAT', 'not a twinlight checkpoint', { location });
  }
  const version = bytes.readUInt32LE(4);
  if (version !== VERSION) {
    const message = `checkpoint format ${version}, but this version of twinlight reads ${VERSION}; use the version that wrote it`;
    throw new DataError('STATE_FORMAT', message, { location });
  }
  const payloadStart = PREFIX_BYTES + bytes.readUInt32LE(8);
  try {
    const intact = sha256Of(bytes.subarray(PREFIX_BYTES)) === bytes.toString('hex', 12, PREFIX_BYTES);
    if (!intact || payloadStart > bytes.length) throw new Error('the checksum does not fit the content');
    const header = JSON.parse(bytes.toString('utf8', PREFIX_BYTES, payloadStart)) as Header<Meta>;
    const payload = bytes.subarray(payloadStart);
    const arrays: Record<string, StateArray> = {};
    let at = 0;
    for (const { name, shape, length } of header.arrays) {
      const values = new Float32Array(length);
      bytesOf(values).set(payload.subarray(at, at + 4 * length));
      at += 4 * length;
      arrays[name] = { shape, values };
    }
    return { meta: header.meta, arrays };
  } catch (cause) {
    const message = `damaged checkpoint (${(cause as Error).message}); delete it to start over, or restore a copy`;
    throw new DataError('STATE_DAMAGED', message, { location, cause });
  }
}
