/**
 * Marks that are no part of a text, taken out of its bytes before any reader sees them: a byte-order mark at the start of a
 * line (files are appended to one another with theirs), and lines that end in a carriage return alone.
 */
const BOM = Buffer.of(0xef, 0xbb, 0xbf);
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Whether lines end in a carriage return alone, as the start of the text shows it. */
export function endsLinesInCr(sample: Buffer): boolean {
  return sample.includes(CARRIAGE_RETURN) && !sample.includes(NEWLINE);
}

/** The same text with line feeds for carriage returns. */
export function withLineFeeds(chunk: Buffer): Buffer {
  const bytes = Buffer.from(chunk);
  for (let at = bytes.indexOf(CARRIAGE_RETURN); at >= 0; at = bytes.indexOf(CARRIAGE_RETURN, at + 1)) {
    bytes[at] = NEWLINE;
  }
  return bytes;
}

/** Takes byte-order marks off the starts of lines, chunk by chunk; a mark may lie in two of them. */
export class BomFilter {
  /** The first bytes of what may be a mark. */
  private pending: Buffer = Buffer.alloc(0);
  private isAtLineStart = true;

  /** What of the text is known after this chunk; the chunk itself where it holds no mark. */
  take(chunk: Buffer): Buffer {
    const bytes = this.pending.length > 0 ? Buffer.concat([this.pending, chunk]) : chunk;
    this.pending = Buffer.alloc(0);
    const kept: Buffer[] = [];
    let from = 0;
    let lineStart = this.isAtLineStart ? 0 : -1;
    const startsLine = (at: number): boolean => at === lineStart || (at > 0 && bytes[at - 1] === NEWLINE);
    for (let at = bytes.indexOf(BOM); at >= 0; at = bytes.indexOf(BOM, at + BOM.length)) {
      if (!startsLine(at)) continue;
      kept.push(bytes.subarray(from, at));
      from = at + BOM.length;
      lineStart = from;
    }
    const end = startOfUnfinishedMark(bytes);
    if (end < bytes.length && end >= from && startsLine(end)) {
      this.pending = Buffer.from(bytes.subarray(end));
      this.isAtLineStart = true;
    } else if (bytes.length > 0) {
      this.isAtLineStart = startsLine(bytes.length);
    }
    const rest = bytes.subarray(from, bytes.length - this.pending.length);
    return kept.length === 0 ? rest : Buffer.concat([...kept, rest]);
  }

  /** What is left at the end of the text. */
  finish(): Buffer {
    return this.pending;
  }
}

/** The text without byte-order marks at the starts of its lines. */
export function withoutBoms(text: Buffer): Buffer {
  const filter = new BomFilter();
  const known = filter.take(text);
  const rest = filter.finish();
  return rest.length > 0 ? Buffer.concat([known, rest]) : known;
}

/** Where the last bytes begin if they are one or two of a mark; else the length. */
function startOfUnfinishedMark(bytes: Buffer): number {
  const { length } = bytes;
  if (length >= 2 && bytes[length - 2] === BOM[0] && bytes[length - 1] === BOM[1]) return length - 2;
  return length >= 1 && bytes[length - 1] === BOM[0] ? length - 1 : length;
}
