/**
 * Lines of a byte stream without making a string of each: a callback gets the buffer and where the line lies in it.
 */
import { DataError } from '../../../core/errors.js';

/**
 * Called with bytes[start … end): the line without its `\n` or `\r\n`. `line` counts from 1. The buffer keeps its
 * content.
 */
type LineHandler = (bytes: Buffer, start: number, end: number, line: number) => void;

/** Longest line and longest record: a few KB of gzip may hold a line that no memory does. */
export const MAX_LINE_BYTES = 1 << 26;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/**
 * Reads `chunks` to the end; a last line without a line break counts. Memory: one chunk and the longest line.
 *
 * @param file what messages name
 * @throws DataError `DATA_LINE_TOO_LONG` at a line of more than `maxBytes`
 */
export async function forEachLine(
  chunks: AsyncIterable<Buffer>,
  handle: LineHandler,
  { file = 'text', maxBytes = MAX_LINE_BYTES }: { readonly file?: string; readonly maxBytes?: number } = {},
): Promise<void> {
  let line = 0;
  /** Pieces of a line that began in an earlier chunk, and how long they are together. */
  let pieces: Buffer[] = [];
  let piecesLength = 0;
  const emit = (bytes: Buffer, start: number, end: number): void => {
    line++;
    let last = end;
    while (last > start && bytes[last - 1] === CARRIAGE_RETURN) last--;
    handle(bytes, start, last, line);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      if (pieces.length > 0) {
        const whole = Buffer.concat([...pieces, chunk.subarray(0, at)]);
        pieces = [];
        piecesLength = 0;
        emit(whole, 0, whole.length);
      } else {
        emit(chunk, start, at);
      }
      start = at + 1;
    }
    if (start === chunk.length) continue;
    pieces.push(chunk.subarray(start));
    piecesLength += chunk.length - start;
    if (piecesLength > maxBytes) throw lineTooLong({ file, line: line + 1 }, maxBytes);
  }
  if (pieces.length > 0) {
    const whole = Buffer.concat(pieces);
    emit(whole, 0, whole.length);
  }
}

/** @param location where the line or record begins */
export function lineTooLong(location: { readonly file: string; readonly line: number }, maxBytes: number): DataError {
  const bound = maxBytes < 1 << 20 ? `${maxBytes} bytes` : `${Math.round(maxBytes / (1 << 20))} MiB`;
  const message = `the line that begins here is longer than ${bound}, more than any row is; is this a text of lines?`;
  return new DataError('DATA_LINE_TOO_LONG', message, { location });
}
