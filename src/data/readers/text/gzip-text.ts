/** The two places where gzip files need care: their first text, and what lies behind their last member. */
import { closeSync, openSync, readSync } from 'node:fs';
import { gunzipSync, constants as zlib } from 'node:zlib';

/** Bytes unpacked at first; a byte of gzip is at most 1,032 of text. */
const FIRST_BYTES = 1 << 10;
const CHUNK_BYTES = 1 << 18;

/** The text that the first bytes of a gzip file hold, at least `wanted` bytes where they are that many. */
export function gunzipHead(head: Buffer, wanted: number): Buffer {
  for (let length = FIRST_BYTES; ; length *= 2) {
    const text = gunzipSync(head.subarray(0, length), { finishFlush: zlib.Z_SYNC_FLUSH });
    if (text.length >= wanted || length >= head.length) return text;
  }
}

/** Hands over the bytes of a file, and where in it they lie. */
export function forEachPiece(path: string, handle: (bytes: Buffer, at: number) => void): void {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (let at = 0; ; ) {
      const length = readSync(file, buffer, 0, buffer.length, at);
      if (length === 0) return;
      handle(buffer.subarray(0, length), at);
      at += length;
    }
  } finally {
    closeSync(file);
  }
}
