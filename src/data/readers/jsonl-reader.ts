/**
 * JSON lines: one object a line, the columns are its keys. The keys of the first object decide which is which.
 */

import { ConfigError, type FileLocation } from '../../core/errors.js';
import { assertShallow } from '../../core/outside/nesting.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { forEachLine } from './byte-lines.js';
import { rolesByHeader } from './column-roles.js';
import type { InteractionReader, ReadContext } from './read-context.js';
import { RowAssembler } from './row-assembler.js';
import { TextCells } from './row-cells.js';

export const readJsonl: InteractionReader = async (file, part, context) => {
  for (const [role, column] of Object.entries(context.config.columns)) {
    if (typeof column !== 'number') continue;
    const message = `data.columns.${role}: JSON lines have keys, not column numbers; expected a key, got ${column}`;
    throw new ConfigError('CONFIG_COLUMNS', message);
  }
  let keys: string[] = [];
  let assembler: RowAssembler | undefined;
  await forEachLine(file.chunks(context.reporter), (bytes, start, end, line) => {
    const text = bytes.toString('utf8', start, end);
    if (text.trim() === '') return;
    const row = parseObject(text, { file: file.path, line }, context);
    if (!row) return;
    if (!assembler) {
      keys = Object.keys(row);
      const roles = rolesByHeader(keys, context.config.columns, { file: file.path, line });
      assembler = new RowAssembler(context, file, part, roles, keys);
    }
    assembler.add(new TextCells(keys.map((key) => cellText(ownValue(row, key)))), line);
  });
};

/** The object of one line, or undefined after it went to the bad rows. */
export function parseObject(
  text: string,
  location: FileLocation,
  { badRows }: Pick<ReadContext, 'badRows'>,
): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
    assertShallow(value);
  } catch (error) {
    badRows.reject(location, `expected a JSON object, got what does not parse (${(error as Error).message})`);
    return undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  badRows.reject(location, `expected a JSON object, got ${text.slice(0, 60)}`);
  return undefined;
}

/** Missing and null are empty; lists and objects keep their JSON text. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
