/**
 * One file that holds named float arrays and a JSON record: a checkpoint. Written whole under a temporary name and
 * renamed, so it is either the old one or the new one; a checksum over the payload catches what a disk may do.
 *
 * Layout: magic `TWLS`, uint32 version, uint32 header length, 32 bytes sha256 of all that follows, header (JSON: meta,
 * names and shapes of the arrays), payload (the arrays one after another, float32, little-endian).
 */

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { bytesOf, sha256Of, writeFileAtomic } from '../core/atomic-file.js';
import { DataError } from '../core/errors.js';
import { parseBoundedJson } from '../core/outside/nesting.js';
import { recordOf } from '../core/outside/own-keys.js';
import { describeProblems } from '../core/strict-config.js';

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

const length = z.int().min(0);

/** Of arrays that are as long as their shapes say. */
const headerSchema = <Meta>(meta: z.ZodType<Meta>) =>
  z.looseObject({
    meta,
    arrays: z.array(
      z
        .looseObject({ name: z.string(), shape: z.array(length), length })
        .refine(({ shape, length }) => shape.reduce((product, size) => product * size, 1) === length, {
          message: 'expected as many numbers as the shape has',
        }),
    ),
  }) as unknown as z.ZodType<Header<Meta>>;

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
  // part by part: the arrays of a large graph are more than one buffer holds
  writeFileAtomic(path, prefix, text, ...payload);
}

/**
 * @param meta what the record must be; absent: anything
 * @returns undefined when the file does not exist
 * @throws DataError `STATE_FORMAT` for another kind or a newer version of file, `STATE_DAMAGED` for a bad checksum
 */
export function readStateFile<Meta>(
  path: string,
  meta: z.ZodType<Meta> = z.unknown() as unknown as z.ZodType<Meta>,
): StateFile<Meta> | undefined {
  if (!existsSync(path)) return undefined;
  const location = { file: path };
  const file = openSync(path, 'r');
  try {
    const prefix = readBytes(file, PREFIX_BYTES);
    if (prefix.length < PREFIX_BYTES || prefix.toString('latin1', 0, 4) !== MAGIC) {
      throw new DataError('STATE_FORMAT', 'not a twinlight checkpoint', { location });
    }
    const version = prefix.readUInt32LE(4);
    if (version !== VERSION) {
      const message = `checkpoint format ${version}, but this version of twinlight reads ${VERSION}; use the version that wrote it`;
      throw new DataError('STATE_FORMAT', message, { location });
    }
    return readContent(file, { prefix, schema: headerSchema(meta), location });
  } finally {
    closeSync(file);
  }
}

/** Header and arrays, the arrays straight into their own memory. */
function readContent<Meta>(
  file: number,
  { prefix, schema, location }: { prefix: Buffer; schema: z.ZodType<Header<Meta>>; location: { file: string } },
): StateFile<Meta> {
  try {
    const size = fstatSync(file).size;
    const headerBytes = prefix.readUInt32LE(8);
    if (PREFIX_BYTES + headerBytes > size) throw new Error('it ends within its header');
    const text = readBytes(file, headerBytes);
    const header = headerOf(text, schema);
    const expected = header.arrays.reduce((sum, { length }) => sum + 4 * length, PREFIX_BYTES + headerBytes);
    if (expected !== size) throw new Error('the checksum does not fit the content');
    const arrays = recordOf<StateArray>([]);
    const payload: Uint8Array[] = [];
    for (const { name, shape, length } of header.arrays) {
      const values = new Float32Array(length);
      readInto(file, bytesOf(values));
      payload.push(bytesOf(values));
      arrays[name] = { shape, values };
    }
    if (sha256Of(text, ...payload) !== prefix.toString('hex', 12, PREFIX_BYTES)) {
      throw new Error('the checksum does not fit the content');
    }
    return { meta: header.meta, arrays };
  } catch (cause) {
    const message = `damaged checkpoint (${(cause as Error).message}); delete it to start over, or restore a copy`;
    throw new DataError('STATE_DAMAGED', message, { location, cause });
  }
}

/** Checked though a checksum follows: anybody can make one. */
function headerOf<Meta>(text: Buffer, schema: z.ZodType<Header<Meta>>): Header<Meta> {
  let header: unknown;
  try {
    header = parseBoundedJson(text);
  } catch {
    throw new Error('the checksum does not fit the content');
  }
  const { error } = schema.safeParse(header);
  if (error) throw new Error(describeProblems(schema, header, error.issues)[0]);
  return header as Header<Meta>;
}

/** Up to `length` bytes from where the file is; fewer at its end. */
function readBytes(file: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readInto(file, bytes));
}

/** @returns bytes read: all that were asked for, or up to the end of the file */
function readInto(file: number, bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.byteLength) {
    const count = readSync(file, bytes, at, Math.min(bytes.byteLength - at, 1 << 30), null);
    if (count === 0) break;
    at += count;
  }
  return at;
}
