/**
 * Files that are either whole or absent: written under a temporary name beside the target, flushed to disk, then renamed. A
 * process killed at any moment leaves the old version or the new one, never half of one; what it leaves of the temporary file
 * is known by its name (`temporary-names.ts`). Folders: `atomic-folder.ts`.
 */
import { createHash } from 'node:crypto';
import { createReadStream, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CHUNK_BYTES, syncFolder, writeSynced } from './disk/durable-write.js';
import { discard, temporaryName } from './disk/temporary-names.js';

/**
 * Writes the parts one after another to `path` atomically; the folder must exist.
 * @throws the system's error; the old file stays then, and nothing of the new one
 */
export function writeFileAtomic(path: string, ...parts: (string | Uint8Array)[]): void {
  const temporary = temporaryName(path);
  try {
    writeSynced(temporary, ...parts);
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw error;
  }
  syncFolder(dirname(path));
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
