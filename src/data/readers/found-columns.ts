/** What a reader made of a file, as a sentence: its format, which column is what, and which are not used. */
import type { ColumnRoles } from './column-roles.js';

/** Columns that are named; more are counted. */
const SHOWN = 12;

/** Numbers from 0 of the columns that have no role. */
export function unusedColumns(names: readonly string[], roles: ColumnRoles): number[] {
  const used = new Set(Object.values(roles));
  return [...names.keys()].filter((column) => !used.has(column));
}

/** "user = uid, item = sku; not used: page, device". Names of a file without a header are numbers. */
export function foundColumns(names: readonly string[], roles: ColumnRoles, hasHeader: boolean): string {
  const name = (column: number): string => (hasHeader ? names[column] : `column ${column + 1}`);
  const found = Object.entries(roles).filter(([, column]) => column >= 0);
  const used = found.map(([role, column]) => `${role} = ${name(column)}`).join(', ');
  const unused = unusedColumns(names, roles);
  if (unused.length === 0) return used;
  const more = unused.length > SHOWN ? ` and ${unused.length - SHOWN} more` : '';
  return `${used}; not used: ${unused.slice(0, SHOWN).map(name).join(', ')}${more}`;
}
