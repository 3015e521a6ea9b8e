/**
 * Files that are too large to be in memory, whole or absent: parts are written under a temporary name as they come, flushed to disk,
 * then renamed. As `core/atomic-file.ts` does it with a file that is at hand.
 */
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { placeOf } from './atomic-folder.js';
import { makeFolder, namingPath, syncFolder, writePart } from './durable-write.js';
import { discard, sweepTemporaries, temporaryName } from './temporary-names.js';

/**
 * Writes the parts one after another to `path`; its folder is made, and what killed processes left there is swept away.
 * @returns bytes written
 * @throws what the parts or the system throw; an old file stays then, and nothing of the new one
 */
export async function writeStreamAtomic(path: string, parts: AsyncIterable<string | Uint8Array>): Promise<number> {
  const target = placeOf(path);
  makeFolder(dirname(target));
  sweepTemporaries(dirname(target));
  const temporary = temporaryName(target);
  let bytes = 0;
  try {
    const file = openSync(temporary, 'wx');
    try {
      for await (const part of parts) bytes += namingPath(target, () => writePart(file, part));
      namingPath(target, () => fsyncSync(file));
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    discard(temporary);
    throw error;
  }
  syncFolder(dirname(target));
  return bytes;
}
