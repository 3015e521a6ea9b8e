/**
 * Files and folders that are either whole or absent: written under a temporary name beside the target, flushed to
 * disk, then renamed. A process killed at any moment leaves the old version or the new one, never half of one.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

let counter = 0;
const temporaryName = (target: string): string =>
  join(dirname(target), `.${basename(target)}.tmp-${process.pid}-${counter++}`);

/** Whether a file of this name is what a process left that was killed while it wrote `target`. */
export function isTemporaryOf(name: string, target: string): boolean {
  return name.startsWith(`.${target}.tmp-`);
}

/** Bytes handed to the system at a time: calls with 2 GiB or more fail. */
const CHUNK_BYTES = 1 << 30;

/** Writes the parts one after another to `path` atomically; the folder must exist. */
export function writeFileAtomic(path: string, ...parts: (string | Uint8Array)[]): void {
  const temporary = temporaryName(path);
  const file = openSync(temporary, 'w');
  try {
    for (const part of parts) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part;
      for (let at = 0; at < bytes.byteLength; )
        at += writeSync(file, bytes, at, Math.min(bytes.byteLength - at, CHUNK_BYTES));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/**
 * Builds a folder under a temporary name with `fill`, then renames it to `path`. An existing folder is replaced:
 * moved aside first, removed after. On failure nothing is left and the old folder stays.
 *
 * @returns what `fill` returned
 */
export async function writeFolderAtomic<T>(path: string, fill: (temporary: string) => Promise<T> | T): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  mkdirSync(temporary);
  try {
    const filled = await fill(temporary);
    if (existsSync(path)) {
      const aside = temporaryName(path);
      renameSync(path, aside);
      renameSync(temporary, path);
      rmSync(aside, { recursive: true, force: true });
    } else {
      renameSync(temporary, path);
    }
    return filled;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** sha256 of a file, lower-case hex, streamed. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** sha256 of bytes or text, lower-case hex. */
export function sha256Of(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (typeof part === 'string') hash.update(part);
    else for (let at = 0; at < part.byteLength; at += CHUNK_BYTES) hash.update(part.subarray(at, at + CHUNK_BYTES));
  }
  return hash.digest('hex');
}

/** The bytes behind any typed array, without a copy. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
