/**
 * RecBole atomic interactions (`.inter`): a typed header, then tab-separated rows.
 */
import { DataError } from '../../core/errors.js';
import { type ColumnRoles, rolesByHeader } from './column-roles.js';
import { foundColumns } from './found-columns.js';
import type { InteractionReader } from './read-context.js';
import { type RecboleField, requireRecboleHeader } from './recbole-header.js';
import { RowAssembler } from './row-assembler.js';
import { ByteCells } from './row-cells.js';

const TAB = 9;

export const readRecbole: InteractionReader = async (file, part, context) => {
  let assembler: RowAssembler | undefined;
  let cells = new ByteCells({ delimiter: TAB, maxCells: 0 });
  await file.forEachLine(context.reporter, (bytes, start, end, line) => {
    if (assembler) {
      if (end > start) assembler.add(cells.setLine(bytes, start, end), line);
      return;
    }
    const fields = requireRecboleHeader(bytes.toString('utf8', start, end), { file: file.path, line: 1 });
    const names = fields.map(({ name }) => name);
    const roles = rolesByHeader(names, context.config.columns, { file: file.path, line });
    refuseWrongTypes(fields, roles, file.path);
    context.notes.push(`read ${file.name} as recbole; ${foundColumns(names, roles, true)}`);
    assembler = new RowAssembler(context, file, part, {
      roles,
      names,
      header: fields.map(({ name, type }) => `${name}:${type}`),
    });
    cells = new ByteCells({ delimiter: TAB, maxCells: names.length });
  });
  assembler?.finish();
};

function refuseWrongTypes(fields: readonly RecboleField[], roles: ColumnRoles, file: string): void {
  for (const role of ['user', 'item'] as const) {
    const { name, type } = fields[roles[role]];
    if (type === 'token') continue;
    const message = `expected ids of type token in the ${role} column, got ${name}:${type}`;
    throw new DataError('DATA_RECBOLE_HEADER', message, { location: { file, line: 1, column: roles[role] + 1 } });
  }
}
