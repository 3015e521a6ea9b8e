/** Reading a file at once, whatever its size. */
import { constants } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DataError, TwinlightError } from './errors.js';

/**
 * The bytes of a file; readFileSync stops at 2 GiB.
 *
 * @throws DataError `FILE_TOO_LARGE` for more than an array can hold; TwinlightError `FILE_CHANGED` where it becomes shorter meanwhile
 */
export function readWhole(path: string): Uint8Array {
  return readOpened(openSync(path, 'r'), path);
}

/** As `readWhole`, of an open file, which is closed. @param path for the message */
export function readOpened(file: number, path: string): Uint8Array {
  try {
    const { size } = fstatSync(file);
    if (size > constants.MAX_LENGTH) {
      throw new DataError('FILE_TOO_LARGE', `it has ${size} bytes; up to ${constants.MAX_LENGTH} can be read`, {
        location: { file: path },
      });
    }
    const bytes = new Uint8Array(size);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, Math.min(bytes.length - at, 1 << 30), at);
      if (read === 0) throw new TwinlightError('FILE_CHANGED', `${path}: it became shorter while it was read`);
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}
