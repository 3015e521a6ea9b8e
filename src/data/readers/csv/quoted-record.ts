/**
 * Cells of a CSV record with quotes (RFC 4180, with blanks allowed around a quoted cell), line by line, as a quoted cell may
 * hold line breaks. A quote inside a cell that does not begin with one is a letter. The time is linear in the length.
 */
import { isBlank } from '../blanks.js';

export class QuotedRecord {
  private cells: string[] = [];
  /** What is known of a quoted cell that is still open. */
  private parts: string[] = [];
  private isInside = false;

  /** @param delimiter one character @param quote one character */
  constructor(
    private readonly delimiter: string,
    private readonly quote: string,
  ) {}

  /** Whether the record goes on in the next line. */
  get isOpen(): boolean {
    return this.isInside;
  }

  /**
   * Takes the next line, and gives the cells where it ends the record.
   *
   * @param lineBreak what stands between this line and the one before it in the file
   * @throws QuoteMismatch where something else than a delimiter follows a closing quote; the record is given up
   */
  take(line: string, lineBreak = '\n'): string[] | undefined {
    const { delimiter } = this;
    let at = 0;
    if (this.isInside) {
      this.parts.push(lineBreak);
      at = this.takeQuoted(line, 0);
      if (this.isInside) return undefined;
      if (at === line.length) return this.finish();
      at++;
    }
    for (;;) {
      const start = this.startOfCell(line, at);
      if (line[start] === this.quote) {
        at = this.takeQuoted(line, start + 1);
        if (this.isInside) return undefined;
        if (at === line.length) return this.finish();
        at++;
        continue;
      }
      const end = line.indexOf(delimiter, at);
      this.cells.push(line.slice(at, end < 0 ? line.length : end));
      if (end < 0) return this.finish();
      at = end + 1;
    }
  }

  /** Position behind the blanks from `at` on. */
  private startOfCell(line: string, at: number): number {
    let start = at;
    while (start < line.length && isBlank(line.charCodeAt(start)) && line[start] !== this.delimiter) start++;
    return start;
  }

  /** Takes a quoted cell from behind its quote or from a new line on; gives the position of the delimiter or the end. */
  private takeQuoted(line: string, from: number): number {
    const { quote, parts } = this;
    this.isInside = true;
    for (let start = from; ; ) {
      const end = line.indexOf(quote, start);
      parts.push(end < 0 ? line.slice(start) : line.slice(start, end));
      if (end < 0) return line.length;
      if (line[end + 1] !== quote) {
        this.isInside = false;
        this.cells.push(parts.join(''));
        this.parts = [];
        return this.requireDelimiter(line, end + 1);
      }
      parts.push(quote);
      start = end + 2;
    }
  }

  private requireDelimiter(line: string, behindQuote: number): number {
    const at = this.startOfCell(line, behindQuote);
    if (at === line.length || line[at] === this.delimiter) return at;
    const found = line.slice(at, at + 20);
    this.finish();
    throw new QuoteMismatch(
      `expected ${JSON.stringify(this.delimiter)} or the end of the line after a closing quote, got ${JSON.stringify(found)}`,
    );
  }

  private finish(): string[] {
    const { cells } = this;
    this.cells = [];
    return cells;
  }
}

/** Quotes that do not match up; the message says what was expected. */
export class QuoteMismatch extends Error {}
