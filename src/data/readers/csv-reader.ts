/**
 * Interactions from CSV and TSV. Column numbers of errors are field numbers.
 */
import { type ColumnRoles, rolesByHeader, rolesByNumber } from './column-roles.js';
import { type CsvDialect, detectCsvDialect, guessUnnamedColumns } from './csv-dialect.js';
import { forEachCsvRecord } from './csv-records.js';
import type { InteractionReader, ReadContext } from './read-context.js';
import { RowAssembler } from './row-assembler.js';
import type { SourceFile } from './source-file.js';

export const readCsv: InteractionReader = async (file, part, context) => {
  const dialect = detectCsvDialect(file, context.config);
  const roles = csvRoles(file, dialect, context);
  const assembler = new RowAssembler(context, file, part, roles, dialect.names);
  let isHeader = dialect.hasHeader;
  await forEachCsvRecord(file, dialect, dialect.names.length, context.reporter, (cells, line) => {
    if (!isHeader) assembler.add(cells, line);
    isHeader = false;
  });
  assembler.finish();
};

function csvRoles(file: SourceFile, { hasHeader, names, firstRows }: CsvDialect, context: ReadContext): ColumnRoles {
  const { columns } = context.config;
  const location = { file: file.path, line: 1 };
  if (hasHeader) return rolesByHeader(names, columns, location);
  const roles = rolesByNumber(names.length, columns, location);
  if (columns.user !== undefined && columns.item !== undefined) return roles;
  const guess = guessUnnamedColumns(firstRows);
  const taken = Object.values(roles);
  const withGuess = (role: 'timestamp' | 'weight'): number =>
    columns[role] !== undefined || taken.includes(guess[role]) ? roles[role] : guess[role];
  const guessed = { ...roles, timestamp: withGuess('timestamp'), weight: withGuess('weight') };
  const told = Object.entries(guessed).filter(([, column]) => column >= 0);
  const list = told.map(([role, column]) => `${role} = column ${column + 1}`).join(', ');
  context.notes.push(`${file.name} has no header: took ${list}; data.columns can say otherwise`);
  return guessed;
}
