/**
 * CSV and TSV through fast-csv: quoting, line breaks inside quotes, any one-character separator.
 * Column numbers of errors are field numbers.
 */
import { pipeline, Readable } from 'node:stream';
import { parse } from 'fast-csv';
import { DataError } from '../../core/errors.js';
import { type ColumnRoles, rolesByHeader, rolesByNumber } from './column-roles.js';
import { type CsvDialect, detectCsvDialect, guessUnnamedColumns } from './csv-dialect.js';
import type { InteractionReader, ReadContext } from './read-context.js';
import { RowAssembler } from './row-assembler.js';
import type { SourceFile } from './source-file.js';

/** Called with the cells of one record and the line it starts on, counted from 1. Empty lines are left out. */
export type RecordHandler = (cells: string[], line: number) => void;

/**
 * Every record of the file, the header included.
 *
 * @throws DataError `DATA_CSV_QUOTE` where quotes do not match up.
 */
export async function forEachCsvRecord(
  file: SourceFile,
  { delimiter, quote }: Pick<CsvDialect, 'delimiter' | 'quote'>,
  reporter: ReadContext['reporter'],
  handle: RecordHandler,
): Promise<void> {
  const parser = parse<string[], string[]>({ headers: false, delimiter, quote: quote ?? null });
  let line = 1;
  const source = Readable.from(file.chunks(reporter));
  // the parser is read below and carries the error of either stage
  pipeline(source, parser, () => {});
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (cells.length > 0 && !(cells.length === 1 && cells[0].trim() === '')) handle(cells, line);
      line += 1 + lineBreaksIn(cells);
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Parse Error')) {
      const what = error.message.replace('Parse Error: ', '').split('\n')[0].slice(0, 120);
      const message = `quotes do not match up at or after this line (${what}); if they mean nothing here, set data.quote=false`;
      throw new DataError('DATA_CSV_QUOTE', message, { location: { file: file.path, line }, cause: error });
    }
    throw error;
  }
}

export const readCsv: InteractionReader = async (file, part, context) => {
  const dialect = detectCsvDialect(file, context.config);
  const roles = csvRoles(file, dialect, context);
  const width = dialect.firstRows[0].length;
  const names = dialect.hasHeader ? dialect.firstRows[0].map((name) => name.trim()) : numbers(width);
  context.collector.beginPart(part, { timestamp: roles.timestamp >= 0, weight: roles.weight >= 0 }, file.path);
  const assembler = new RowAssembler(context, file.path, roles, names);
  let isHeader = dialect.hasHeader;
  await forEachCsvRecord(file, dialect, context.reporter, (cells, line) => {
    if (isHeader) {
      isHeader = false;
    } else if (cells.length !== width) {
      const message = `expected ${width} columns (${names.join(', ')}), got ${cells.length}`;
      context.badRows.reject({ file: file.path, line }, message);
    } else {
      assembler.add(cells, line);
    }
  });
};

function csvRoles(file: SourceFile, { hasHeader, firstRows }: CsvDialect, context: ReadContext): ColumnRoles {
  const { columns } = context.config;
  const location = { file: file.path, line: 1 };
  if (hasHeader)
    return rolesByHeader(
      firstRows[0].map((name) => name.trim()),
      columns,
      location,
    );
  const roles = rolesByNumber(firstRows[0].length, columns, location);
  const isGuess = columns.user === undefined || columns.item === undefined;
  if (!isGuess) return roles;
  const guess = guessUnnamedColumns(firstRows);
  const taken = Object.values(roles);
  const free = (column: number): number => (taken.includes(column) ? -1 : column);
  const guessed = {
    ...roles,
    timestamp: columns.timestamp === undefined ? free(guess.timestamp) : roles.timestamp,
    weight: columns.weight === undefined ? free(guess.weight) : roles.weight,
  };
  const told = Object.entries(guessed).filter(([, column]) => column >= 0);
  const list = told.map(([role, column]) => `${role} = column ${column + 1}`).join(', ');
  context.notes.push(`${file.name} has no header: took ${list}; data.columns says otherwise`);
  return guessed;
}

const numbers = (width: number): string[] => Array.from({ length: width }, (_, i) => String(i + 1));

function lineBreaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) breaks++;
  }
  return breaks;
}
