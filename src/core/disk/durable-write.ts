/**
 * Writes that have reached the disk when they return. A file's bytes are flushed by syncing the file, its name by syncing the
 * folder that holds it: without the second, a machine that loses power may come up with the old name or with none.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes handed to the system at a time: calls with 2 GiB or more fail. */
export const CHUNK_BYTES = 1 << 30;

/** Writes a new file of the parts one after another; not synced yet. @throws the system's error, with the path in it */
export function writeNewFile(path: string, ...parts: readonly (string | Uint8Array)[]): void {
  withNewFile(path, (file) => writeParts(file, parts));
}

/** Writes a new file of the parts one after another and syncs it. @throws the system's error, with the path in it */
export function writeSynced(path: string, ...parts: readonly (string | Uint8Array)[]): void {
  withNewFile(path, (file) => {
    writeParts(file, parts);
    fsyncSync(file);
  });
}

function withNewFile(path: string, work: (file: number) => void): void {
  namingPath(path, () => {
    const file = openSync(path, 'wx');
    try {
      work(file);
    } finally {
      closeSync(file);
    }
  });
}

function writeParts(file: number, parts: readonly (string | Uint8Array)[]): void {
  for (const part of parts) writePart(file, part);
}

/** Writes all of it to an open file. @returns bytes written */
export function writePart(file: number, part: string | Uint8Array): number {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part;
  writeAll(file, bytes);
  return bytes.byteLength;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) {
    at += writeSync(file, bytes, at, Math.min(bytes.byteLength - at, CHUNK_BYTES));
  }
}

/** Work on an open file, whose errors know its number only. @throws what it throws, with the path in it */
export function namingPath<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    if (error.path === undefined) {
      error.path = path;
      error.message += ` '${path}'`;
    }
    throw error;
  }
}

/** Makes the names in `folder` last. Where a folder can't be opened (Windows, or no right to list it) nothing is done. */
export function syncFolder(folder: string): void {
  let file: number;
  try {
    file = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(file);
  } catch (error) {
    // file systems that have nothing to sync in a folder say so
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(file);
  }
}

/** Syncs every file and folder in a folder, and the folder: from whichever library they came. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncFolder(folder);
}

/** Syncs a file that is written. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    namingPath(path, () => fsyncSync(file));
  } finally {
    closeSync(file);
  }
}

/**
 * Makes a folder and those above it that are missing, one by one: asked for all at once, Node says `ENOENT` where the reason
 * is a read-only file system.
 * @returns the folders that were missing, the outermost first
 */
export function makeFolder(path: string): string[] {
  if (isFolder(path)) return [];
  const parent = dirname(path);
  const above = parent === path ? [] : makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isFolder(path)) throw error; // else another process was quicker
  }
  syncFolder(parent);
  return [...above, path];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
