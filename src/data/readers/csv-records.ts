/**
 * Records of a CSV file. As long as no quote has come, a line is a record and is split in place; from the first line
 * with a quote on, fast-csv reads the rest (it costs some 10 µs a record, but knows all of quoting).
 */
import { pipeline, Readable } from 'node:stream';
import { parse } from 'fast-csv';
import { DataError } from '../../core/errors.js';
import type { Reporter } from '../../core/reporter.js';
import { forEachLine } from './byte-lines.js';
import type { CsvDialect } from './csv-dialect.js';
import { ByteCells, type RowCells, TextCells } from './row-cells.js';
import type { SourceFile } from './source-file.js';

/** Called with one record and the line it starts on, counted from 1. The cells are only valid during the call. */
type RecordHandler = (cells: RowCells, line: number) => void;

const NEWLINE = 10;

/**
 * Every record, the header included; empty lines are left out.
 *
 * @param maxCells how many cells of a record will be looked at
 * @throws DataError `DATA_CSV_QUOTE` where quotes do not match up
 */
export async function forEachCsvRecord(
  file: SourceFile,
  { delimiter, quote }: Pick<CsvDialect, 'delimiter' | 'quote'>,
  maxCells: number,
  reporter: Reporter,
  handle: RecordHandler,
): Promise<void> {
  const chunks = file.chunks(reporter);
  try {
    const head = new PlainHead(chunks, quote);
    const cells = new ByteCells({ delimiter: delimiter.charCodeAt(0), maxCells });
    let lines = 0;
    await forEachLine(head.lines(), (bytes, start, end, line) => {
      lines = line;
      cells.setLine(bytes, start, end);
      if (cells.numCells > 1 || !cells.isEmpty(0)) handle(cells, line);
    });
    if (head.rest) await parseQuoted(file, head.rest, { delimiter, quote }, lines + 1, handle);
  } finally {
    await chunks.return(undefined);
  }
}

/** Splits a byte stream before the first line with a quote. */
class PlainHead {
  /** What follows the head; undefined where no quote ever came. Known once `lines` is at its end. */
  rest: AsyncIterable<Buffer> | undefined;

  constructor(
    private readonly chunks: AsyncGenerator<Buffer>,
    private readonly quote: string | undefined,
  ) {}

  /** Whole lines without a quote. */
  async *lines(): AsyncGenerator<Buffer> {
    let unfinished: Buffer = Buffer.alloc(0);
    for (let next = await this.chunks.next(); !next.done; next = await this.chunks.next()) {
      const bytes = unfinished.length > 0 ? Buffer.concat([unfinished, next.value]) : next.value;
      const quoteAt = this.quote === undefined ? -1 : bytes.indexOf(this.quote);
      const end = (quoteAt < 0 ? bytes.lastIndexOf(NEWLINE) : bytes.subarray(0, quoteAt).lastIndexOf(NEWLINE)) + 1;
      if (end > 0) yield bytes.subarray(0, end);
      unfinished = bytes.subarray(end);
      if (quoteAt < 0) continue;
      this.rest = followedBy(unfinished, this.chunks);
      return;
    }
    if (unfinished.length > 0) yield unfinished;
  }
}

async function* followedBy(first: Buffer, others: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* others;
}

async function parseQuoted(
  file: SourceFile,
  text: AsyncIterable<Buffer>,
  { delimiter, quote }: Pick<CsvDialect, 'delimiter' | 'quote'>,
  firstLine: number,
  handle: RecordHandler,
): Promise<void> {
  const parser = parse<string[], string[]>({ headers: false, delimiter, quote: quote ?? null });
  // the parser is read below and carries the error of either stage
  pipeline(Readable.from(text), parser, () => {});
  let line = firstLine;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (cells.length > 1 || cells[0]?.trim()) handle(new TextCells(cells), line);
      line += 1 + lineBreaksIn(cells);
    }
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('Parse Error')) throw error;
    const what = error.message.replace('Parse Error: ', '').split('\n')[0].slice(0, 120);
    const message = `quotes do not match up at or after this line (${what}); if they mean nothing here, set data.quote=false`;
    throw new DataError('DATA_CSV_QUOTE', message, { location: { file: file.path, line }, cause: error });
  }
}

function lineBreaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) breaks++;
  }
  return breaks;
}
