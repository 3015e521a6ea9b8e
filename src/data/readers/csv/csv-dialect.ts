/**
 * How a CSV file is written, found by looking at its first lines: separator, header or not, and in a file without a
 * header which further columns are times and ratings.
 */
import { DataError } from '../../../core/errors.js';
import type { DataConfig } from '../../data-config.js';
import { trimBlanks } from '../blanks.js';
import { looksLikeHeader } from '../column-roles.js';
import type { SourceFile } from '../text/source-file.js';
import { TimestampParser } from '../timestamp-parser.js';
import { isUnlikeTheOthers } from './unlike-row.js';

const LOOKED_AT = 100;

/** Tried in this order; of equally consistent ones the first wins. */
const SEPARATORS = Object.freeze({ tab: '\t', comma: ',', semicolon: ';', 'vertical bar': '|', space: ' ' });

export interface CsvDialect {
  readonly delimiter: string;
  /** undefined: quotes mean nothing. */
  readonly quote: string | undefined;
  readonly hasHeader: boolean;
  /** Of the columns; without a header their numbers from 1. */
  readonly names: readonly string[];
  /** Line of the first record, from 1: a line before it may only name the separator. */
  readonly firstLine: number;
  /** Cells of the first lines, the header included. */
  readonly firstRows: readonly (readonly string[])[];
}

/** @throws DataError `DATA_ONE_COLUMN` when no separator gives two columns. */
export function detectCsvDialect(
  file: SourceFile,
  config: Pick<DataConfig, 'delimiter' | 'quote' | 'header' | 'columns'>,
): CsvDialect {
  const quote = config.quote === false ? undefined : config.quote;
  const sample = sampleLines(file);
  const named = separatorLine(sample[0] ?? '');
  const lines = joinQuoted(named === undefined ? sample : sample.slice(1), quote);
  const delimiter = config.delimiter === 'auto' ? (named ?? detectDelimiter(lines, quote)) : config.delimiter;
  const firstRows = delimiter === undefined ? [] : lines.map((line) => splitOutsideQuotes(line, { delimiter, quote }));
  if (delimiter === undefined || firstRows[0].length < 2) throw oneColumn(file, lines[0], config.delimiter);
  const hasHeader = config.header === 'auto' ? detectHeader(firstRows, config.columns) : config.header;
  const names = firstRows[0].map((name, column) => (hasHeader ? trimBlanks(name) : String(column + 1)));
  return { delimiter, quote, hasHeader, names, firstLine: named === undefined ? 1 : 2, firstRows };
}

/** The separator that a first line names for Excel (`sep=;`), which is no row. */
function separatorLine(line: string): string | undefined {
  return /^"?sep=(.)"?$/i.exec(line)?.[1];
}

/** What messages call a separator. */
export function separatorName(delimiter: string): string {
  const known = Object.entries(SEPARATORS).find(([, separator]) => separator === delimiter);
  return known ? `${known[0]}s` : JSON.stringify(delimiter);
}

/** Whole lines at the start of the file that are not empty. */
export function sampleLines(file: SourceFile): string[] {
  const lines = file.sample.toString('utf8').split('\n');
  if (!file.sampleIsWhole && lines.length > 1) lines.pop();
  return lines
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '')
    .slice(0, LOOKED_AT);
}

/** Lines joined where a quote is still open at the end of one; those of a quote that is never closed are left out. */
function joinQuoted(lines: readonly string[], quote: string | undefined): readonly string[] {
  if (quote === undefined) return lines;
  const records: string[] = [];
  let open: string | undefined;
  for (const line of lines) {
    const record: string = open === undefined ? line : `${open}\n${line}`;
    const isOpen = (record.split(quote).length - 1) % 2 === 1;
    open = isOpen ? record : undefined;
    if (!isOpen) records.push(record);
  }
  return records.length > 0 ? records : lines;
}

/** Cells of one line; a quoted cell may hold the delimiter. Good enough to look at a file, not to read it. */
function splitOutsideQuotes(
  line: string,
  { delimiter, quote }: { readonly delimiter: string; readonly quote: string | undefined },
): string[] {
  const cells: string[] = [];
  let cell = '';
  let inside = false;
  for (const letter of line) {
    if (letter === quote) inside = !inside;
    else if (letter === delimiter && !inside) {
      cells.push(cell);
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell];
}

function detectDelimiter(lines: readonly string[], quote: string | undefined): string | undefined {
  let best: string | undefined;
  let bestShare = 0;
  for (const separator of Object.values(SEPARATORS)) {
    const widths = lines.map((line) => splitOutsideQuotes(line, { delimiter: separator, quote }).length);
    if (widths[0] < 2) continue;
    const share = widths.filter((width) => width === widths[0]).length / widths.length;
    if (share > bestShare) {
      best = separator;
      bestShare = share;
    }
  }
  return best;
}

const isNumber = (cell: string): boolean => cell.trim() !== '' && Number.isFinite(Number(cell));

/** A first row with a known column name, one without numbers above rows with numbers, or one unlike all others. */
function detectHeader(rows: readonly (readonly string[])[], columns: DataConfig['columns']): boolean {
  if (looksLikeHeader(rows[0], columns)) return true;
  if (isUnlikeTheOthers(rows)) return true;
  return rows.length > 1 && !rows[0].some(isNumber) && rows.slice(1).every((row) => row.some(isNumber));
}

/** Columns from the third on that hold times (dates, or numbers from 10^8 = 1973) and ratings (smaller numbers). */
export function guessUnnamedColumns(rows: readonly (readonly string[])[]): { timestamp: number; weight: number } {
  const guess = { timestamp: -1, weight: -1 };
  for (let column = 2; column < rows[0].length; column++) {
    const cells = rows.filter((row) => row.length === rows[0].length).map((row) => trimBlanks(row[column]));
    const seconds = cells.map((cell) => new TimestampParser().ofText(cell));
    if (guess.timestamp < 0 && seconds.every((value) => value >= 1e8)) guess.timestamp = column;
    else if (guess.weight < 0 && cells.every((cell) => isNumber(cell))) guess.weight = column;
  }
  return guess;
}

function oneColumn(file: SourceFile, line: string, delimiter: string): DataError {
  const location = { file: file.path, line: 1 };
  const got = `one column found in ${JSON.stringify(line.slice(0, 60))}`;
  if (delimiter !== 'auto') {
    const better = Object.entries(SEPARATORS).find(
      ([, separator]) => separator !== delimiter && line.includes(separator),
    );
    const hint = better ? `; is the separator a ${better[0]}? (data.delimiter=auto finds it)` : '';
    return new DataError('DATA_ONE_COLUMN', `${got} with the separator ${JSON.stringify(delimiter)}${hint}`, {
      location,
    });
  }
  const hint = line.includes('::') ? '; separators of two characters are not read: replace "::" by a tab' : '';
  const names = Object.keys(SEPARATORS).join(', ');
  return new DataError('DATA_ONE_COLUMN', `${got}; expected at least two, separated by a ${names}${hint}`, {
    location,
  });
}
