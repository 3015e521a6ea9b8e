/**
 * Lines of a byte stream without making a string of each: a callback gets the buffer and where the line lies in it.
 */

/**
 * Called with bytes[start … end): the line without its `\n` or `\r\n`. `line` counts from 1. The buffer keeps its
 * content.
 */
type LineHandler = (bytes: Buffer, start: number, end: number, line: number) => void;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Reads `chunks` to the end; a last line without a line break counts. Memory: one chunk and the longest line. */
export async function forEachLine(chunks: AsyncIterable<Buffer>, handle: LineHandler): Promise<void> {
  let line = 0;
  /** Pieces of a line that began in an earlier chunk. */
  let pieces: Buffer[] = [];
  const emit = (bytes: Buffer, start: number, end: number): void => {
    line++;
    handle(bytes, start, end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end, line);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      if (pieces.length > 0) {
        const whole = Buffer.concat([...pieces, chunk.subarray(0, at)]);
        pieces = [];
        emit(whole, 0, whole.length);
      } else {
        emit(chunk, start, at);
      }
      start = at + 1;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
  if (pieces.length > 0) {
    const whole = Buffer.concat(pieces);
    emit(whole, 0, whole.length);
  }
}
