/**
 * Whether text is UTF-8. Decoding replaces every byte that is not by U+FFFD, so that ids which differ in such bytes only
 * (`café`, `cafè` in Latin-1) would silently become one. Other columns may hold what they like: nobody reads them.
 */
import { isUtf8 } from 'node:buffer';

/** What a byte that is not UTF-8 is read as. */
export const REPLACEMENT = '\ufffd';
const LONGEST = 4;

/** Looks at a text chunk by chunk; a character may lie in two of them. */
export class Utf8Check {
  private good = true;
  /** First bytes of a character that goes on in the next chunk. */
  private unfinished: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    if (!this.good) return;
    const bytes = this.unfinished.length > 0 ? Buffer.concat([this.unfinished, chunk]) : chunk;
    const end = startOfUnfinished(bytes);
    this.good = isUtf8(bytes.subarray(0, end));
    this.unfinished = Buffer.from(bytes.subarray(end));
  }

  /** Of all that was added, which is the whole text. */
  get isUtf8(): boolean {
    return this.good && this.unfinished.length === 0;
  }
}

/** Where the last character begins if it needs more bytes than are there; else the length. */
function startOfUnfinished(bytes: Buffer): number {
  for (let at = bytes.length - 1; at >= Math.max(0, bytes.length - LONGEST); at--) {
    const byte = bytes[at];
    if (byte < 0x80) break;
    if (byte < 0xc0) continue; // the character began before
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return at + length > bytes.length ? at : bytes.length;
  }
  return bytes.length;
}
