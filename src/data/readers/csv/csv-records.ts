/**
 * Records of a CSV file. A line without a quote is a record and is split in place; lines with quotes become texts, and may
 * go on in the next line.
 */
import { DataError } from '../../../core/errors.js';
import type { Reporter } from '../../../core/reporter.js';
import { ByteCells, type RowCells, TextCells } from '../row-cells.js';
import { lineTooLong, MAX_LINE_BYTES } from '../text/byte-lines.js';
import type { SourceFile } from '../text/source-file.js';
import type { CsvDialect } from './csv-dialect.js';
import { QuotedRecord, QuoteMismatch } from './quoted-record.js';

/** Called with one record and the line it starts on, counted from 1. The cells are only valid during the call. */
type RecordHandler = (cells: RowCells, line: number) => void;

const CARRIAGE_RETURN = 13;
const LAST_ASCII = 127;

/**
 * Every record, the header included; empty lines are left out, and so is a first line that only names the separator.
 *
 * @param maxCells how many cells of a record will be looked at
 * @throws DataError `DATA_CSV_QUOTE` where quotes do not match up, `DATA_LINE_TOO_LONG`
 */
export async function forEachCsvRecord(
  file: SourceFile,
  dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'firstLine'>,
  maxCells: number,
  reporter: Reporter,
  handle: RecordHandler,
): Promise<void> {
  const records = new CsvRecords(file, dialect, maxCells, handle);
  await file.forEachLine(reporter, (bytes, start, end, line) => {
    if (line >= dialect.firstLine) records.take(bytes, start, end, line);
  });
  records.finish();
}

class CsvRecords {
  private readonly cells: ByteCells;
  private readonly record: QuotedRecord | undefined;
  private readonly quoteBytes: Buffer;
  /** Whether every line has to become a text: bytes are only compared with one-byte separators. */
  private readonly takesTexts: boolean;
  /** Where the next quote from some place on lies in `searched`. */
  private nextQuote = -1;
  private searched: Buffer | undefined;
  /** Of the record that is open. */
  private firstLine = 0;
  private length = 0;
  private lineBreak = '\n';

  constructor(
    private readonly file: SourceFile,
    { delimiter, quote }: Pick<CsvDialect, 'delimiter' | 'quote'>,
    maxCells: number,
    private readonly handle: RecordHandler,
  ) {
    this.cells = new ByteCells({ delimiter: delimiter.charCodeAt(0), maxCells });
    this.takesTexts = delimiter.charCodeAt(0) > LAST_ASCII;
    // without a quote, texts are split by one that no text holds
    this.record = quote === undefined && !this.takesTexts ? undefined : new QuotedRecord(delimiter, quote ?? '\0\0');
    this.quoteBytes = Buffer.from(quote ?? '');
  }

  take(bytes: Buffer, start: number, end: number, line: number): void {
    const { record, cells } = this;
    const isOpen = record?.isOpen ?? false;
    if (!record || !(isOpen || this.takesTexts || this.hasQuote(bytes, start, end))) {
      cells.setLine(bytes, start, end);
      if (cells.numCells > 1 || !cells.isEmpty(0)) this.handle(cells, line);
      return;
    }
    if (!isOpen) {
      this.firstLine = line;
      this.length = 0;
    }
    this.length += end - start;
    if (this.length > MAX_LINE_BYTES)
      throw this.mismatch('a quoted cell does not end', lineTooLong(this.location, MAX_LINE_BYTES));
    const texts = this.splitLine(record, bytes.toString('utf8', start, end));
    this.lineBreak = bytes[end] === CARRIAGE_RETURN ? '\r\n' : '\n';
    if (texts && (texts.length > 1 || !new TextCells(texts).isEmpty(0))) {
      this.handle(new TextCells(texts), this.firstLine);
    }
  }

  /** To be called after the last line. */
  finish(): void {
    if (this.record?.isOpen) throw this.mismatch('a quoted cell does not end');
  }

  private splitLine(record: QuotedRecord, line: string): string[] | undefined {
    try {
      return record.take(line, this.lineBreak);
    } catch (error) {
      if (error instanceof QuoteMismatch) throw this.mismatch(error.message, error);
      throw error;
    }
  }

  private hasQuote(bytes: Buffer, start: number, end: number): boolean {
    if (this.nextQuote < start || bytes !== this.searched) {
      const found = bytes.indexOf(this.quoteBytes, start);
      this.nextQuote = found < 0 ? bytes.length : found;
      this.searched = bytes;
    }
    return this.nextQuote < end;
  }

  private get location(): { file: string; line: number } {
    return { file: this.file.path, line: this.firstLine };
  }

  private mismatch(what: string, cause?: Error): DataError {
    const message = `quotes do not match up at or after this line (${what}); if they mean nothing here, set data.quote=false`;
    return new DataError('DATA_CSV_QUOTE', message, { location: this.location, cause });
  }
}
