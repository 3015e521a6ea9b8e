/**
 * Interactions from CSV and TSV. Column numbers of errors are field numbers.
 */
import { type ColumnRoles, rolesByHeader, rolesByNumber } from '../column-roles.js';
import { foundColumns } from '../found-columns.js';
import type { InteractionReader, ReadContext } from '../read-context.js';
import { RowAssembler } from '../row-assembler.js';
import type { SourceFile } from '../text/source-file.js';
import { type CsvDialect, detectCsvDialect, guessUnnamedColumns, separatorName } from './csv-dialect.js';
import { forEachCsvRecord } from './csv-records.js';

export const readCsv: InteractionReader = async (file, part, context) => {
  const dialect = detectCsvDialect(file, context.config);
  const { names, hasHeader } = dialect;
  const { roles, timeIsGuessed } = csvRoles(file, dialect, context);
  const header = hasHeader ? names : undefined;
  const assembler = new RowAssembler(context, file, part, { roles, names, header, timeIsGuessed });
  let isHeader = hasHeader;
  await forEachCsvRecord(file, dialect, names.length, context.reporter, (cells, line) => {
    if (!isHeader) assembler.add(cells, line);
    isHeader = false;
  });
  assembler.finish();
};

interface CsvRoles {
  readonly roles: ColumnRoles;
  readonly timeIsGuessed: boolean;
}

/** Which column is what; told as a note. */
function csvRoles(file: SourceFile, dialect: CsvDialect, context: ReadContext): CsvRoles {
  const { hasHeader, names, firstRows, firstLine } = dialect;
  const { columns } = context.config;
  const location = { file: file.path, line: firstLine };
  const format = `read ${file.name} as csv, separated by ${separatorName(dialect.delimiter)}`;
  if (hasHeader) {
    const roles = rolesByHeader(names, columns, location, { row: firstRows[1], mayBeData: true });
    context.notes.push(`${format}; ${foundColumns(names, roles, true)}`);
    return { roles, timeIsGuessed: false };
  }
  const given = rolesByNumber(names.length, columns, location);
  if (columns.user !== undefined && columns.item !== undefined) {
    context.notes.push(`${format}; ${foundColumns(names, given, false)}`);
    return { roles: given, timeIsGuessed: false };
  }
  const guess = guessUnnamedColumns(firstRows);
  const taken = Object.values(given);
  const withGuess = (role: 'timestamp' | 'weight'): number =>
    columns[role] !== undefined || taken.includes(guess[role]) ? given[role] : guess[role];
  const roles = { ...given, timestamp: withGuess('timestamp'), weight: withGuess('weight') };
  context.notes.push(
    `${format}, without a header: took ${foundColumns(names, roles, false)}; data.columns can say otherwise`,
  );
  return { roles, timeIsGuessed: roles.timestamp >= 0 && roles.timestamp !== given.timestamp };
}
