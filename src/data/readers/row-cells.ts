/**
 * Cells of one row, as texts or as places in a buffer, behind one interface: what a row means is decided in one place
 * (row-assembler), and files of plain numbers need no strings.
 */
import { isBlank, trimBlanks } from './blanks.js';
import type { IdIndex } from './id-index.js';

export interface RowCells {
  readonly numCells: number;
  /** Without the blanks around it. */
  text(column: number): string;
  /** Whether there is nothing but blanks. */
  isEmpty(column: number): boolean;
  /** NaN where the cell is empty or no number. */
  number(column: number): number;
  /** Whether the cell is this text, of which `bytes` are the UTF-8. */
  is(column: number, text: string, bytes: Buffer): boolean;
  /** Dense index of the id in this cell, which must not be empty. */
  id(column: number, index: IdIndex): number;
}

/** The number that a trimmed text stands for, NaN for an empty one. */
function numberOf(text: string): number {
  return text === '' ? Number.NaN : Number(text);
}

export class TextCells implements RowCells {
  constructor(private readonly cells: readonly string[]) {}

  get numCells(): number {
    return this.cells.length;
  }

  text(column: number): string {
    return trimBlanks(this.cells[column]);
  }

  number(column: number): number {
    return numberOf(this.text(column));
  }

  isEmpty(column: number): boolean {
    return this.text(column) === '';
  }

  is(column: number, text: string): boolean {
    return this.text(column) === text;
  }

  id(column: number, index: IdIndex): number {
    return index.ofText(this.text(column));
  }
}

const ZERO = 48;
/** Any number of that many digits is exact. */
const EXACT_DIGITS = 15;

/** One line of a buffer; refilled for every line. */
export class ByteCells implements RowCells {
  numCells = 0;
  /** The buffer that holds the line. */
  bytes: Buffer = Buffer.alloc(0);
  /** Where the first `maxCells` cells begin, and one past the separator after each, `[maxCells + 1]`. */
  private readonly starts: Int32Array;

  private readonly delimiter: number;

  /** @param delimiter one byte @param maxCells cells beyond are counted but cannot be read */
  constructor({ delimiter, maxCells }: { readonly delimiter: number; readonly maxCells: number }) {
    this.delimiter = delimiter;
    this.starts = new Int32Array(maxCells + 1);
  }

  /** Takes bytes[start … end) as the row; it is valid until the buffer changes. */
  setLine(bytes: Buffer, start: number, end: number): this {
    const { starts, delimiter } = this;
    this.bytes = bytes;
    starts[0] = start;
    let cell = 1;
    for (let at = start; at < end; at++) {
      if (bytes[at] !== delimiter) continue;
      if (cell < starts.length) starts[cell] = at + 1;
      cell++;
    }
    if (cell < starts.length) starts[cell] = end + 1;
    this.numCells = cell;
    return this;
  }

  text(column: number): string {
    return trimBlanks(this.bytes.toString('utf8', this.starts[column], this.starts[column + 1] - 1));
  }

  number(column: number): number {
    const start = this.starts[column];
    const end = this.starts[column + 1] - 1;
    if (end > start && end - start <= EXACT_DIGITS) {
      let value = 0;
      let at = start;
      for (; at < end; at++) {
        const digit = this.bytes[at] - ZERO;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      if (at === end) return value;
    }
    return numberOf(this.text(column));
  }

  isEmpty(column: number): boolean {
    return this.start(column) === this.starts[column + 1] - 1;
  }

  is(column: number, _text: string, bytes: Buffer): boolean {
    const start = this.start(column);
    const last = this.starts[column + 1] - 1;
    if (last - start < bytes.length) return false;
    for (let at = 0; at < bytes.length; at++) if (this.bytes[start + at] !== bytes[at]) return false;
    return this.isEmpty(column) ? bytes.length === 0 : this.end(column) - start === bytes.length;
  }

  id(column: number, index: IdIndex): number {
    return index.ofBytes(this.bytes, this.start(column), this.end(column));
  }

  /** Where the cell begins in `bytes`, without the blanks before it. */
  start(column: number): number {
    const end = this.starts[column + 1] - 1;
    let start = this.starts[column];
    while (start < end && isBlank(this.bytes[start])) start++;
    return start;
  }

  /** One past the last byte of a cell that is not empty, without the blanks after it. */
  end(column: number): number {
    let end = this.starts[column + 1] - 1;
    while (isBlank(this.bytes[end - 1])) end--;
    return end;
  }
}
