/**
 * External ids by row: UTF-8, one id a line, line n (from 0) belongs to row n of the vectors. Every line ends with "\n",
 * so an empty last id is not lost.
 *
 * An id may hold anything. What would break a line or could not be written is escaped with a backslash, the backslash
 * itself too: `\\`, `\n`, `\r`, and `\uXXXX` for half of a surrogate pair. Most ids need none of it; the number of those
 * that do is in the bundle's manifest.
 */
import { DataError } from '../core/errors.js';

const TO_ESCAPE = /[\\\n\r]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
const ESCAPED = /\\(u[0-9a-f]{4}|.)?/gs;

/** For manifests: how a reader undoes it. */
export const ID_ESCAPES = 'backslash escapes: \\\\ for a backslash, \\n, \\r, \\uXXXX for half of a surrogate pair';

/** @returns the file's text, and how many ids had to be escaped */
export function encodeIdList(ids: readonly string[]): { text: string; escaped: number } {
  let escaped = 0;
  const lines = ids.map((id) => {
    const line = id.replace(TO_ESCAPE, (part) => SHORT[part] ?? `\\u${part.charCodeAt(0).toString(16)}`);
    if (line !== id) escaped++;
    return `${line}\n`;
  });
  return { text: lines.join(''), escaped };
}

/**
 * @param name what errors call the text: a file name
 * @throws DataError `ID_LIST` with the line, for a missing last line end or an unknown escape
 */
export function decodeIdList(text: string, name: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.pop() !== '') {
    throw new DataError('ID_LIST', 'the last line has no end: the file was cut', {
      location: { file: name, line: lines.length + 1 },
    });
  }
  return lines.map((line, row) => {
    if (!line.includes('\\')) return line;
    return line.replace(ESCAPED, (whole, code: string | undefined, at: number) => {
      if (code === '\\') return '\\';
      if (code === 'n') return '\n';
      if (code === 'r') return '\r';
      if (code?.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      throw new DataError('ID_LIST', `"${whole}" is no escape; expected ${ID_ESCAPES}`, {
        location: { file: name, line: row + 1, column: at + 1 },
      });
    });
  });
}
