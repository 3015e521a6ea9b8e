/**
 * JSON lines: one object a line, the columns are its keys. The keys of the first object decide which is which; a later
 * object may have others, but none that would have been one of the columns.
 */

import { ConfigError, type FileLocation } from '../../core/errors.js';
import { assertShallow } from '../../core/outside/nesting.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { type ColumnRole, rolesByHeader, rolesOf } from './column-roles.js';
import { foundColumns } from './found-columns.js';
import { withQuotedNumbers } from './json-numbers.js';
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
  let late: LateKeys | undefined;
  let assembler: RowAssembler | undefined;
  await file.forEachLine(context.reporter, (bytes, start, end, line) => {
    const text = bytes.toString('utf8', start, end);
    if (text.trim() === '') return;
    const row = parseObject(text, { file: file.path, line }, context);
    if (!row) return;
    if (!assembler) {
      keys = Object.keys(row);
      const roles = rolesByHeader(keys, context.config.columns, { file: file.path, line });
      context.notes.push(`read ${file.name} as jsonl; ${foundColumns(keys, roles, true)}`);
      late = new LateKeys(keys, line, (key) => rolesOf(key, context.config.columns).find((role) => roles[role] < 0));
      assembler = new RowAssembler(context, file, part, { roles, names: keys });
    }
    const problem = late?.problemOf(row, line);
    if (problem === undefined) assembler.add(new TextCells(keys.map((key) => cellText(ownValue(row, key)))), line);
    else
      context.badRows.reject(
        { file: file.path, line },
        problem,
        'put such a key, null if need be, into the first object',
      );
  });
  assembler?.finish();
  if (late) context.notes.push(...late.notes(file.name));
};

/** Keys that the first object lacks: those of other objects are told, those of columns refused. */
class LateKeys {
  private readonly known: Set<string>;
  /** By key: the line where it first came. */
  private readonly unused = new Map<string, number>();

  constructor(
    keys: readonly string[],
    private readonly firstLine: number,
    private readonly roleOf: (key: string) => ColumnRole | undefined,
  ) {
    this.known = new Set(keys);
  }

  problemOf(row: Record<string, unknown>, line: number): string | undefined {
    for (const key of Object.keys(row)) {
      if (this.known.has(key)) continue;
      const role = this.roleOf(key);
      if (role !== undefined) {
        return `expected the keys of the first object (line ${this.firstLine}), got "${key}" as well, which is a ${role}`;
      }
      this.known.add(key);
      this.unused.set(key, line);
    }
    return undefined;
  }

  notes(file: string): string[] {
    if (this.unused.size === 0) return [];
    const shown = [...this.unused].slice(0, 5).map(([key, line]) => `${key} (line ${line})`);
    return [`${file}: ${this.unused.size} keys that the first object lacks are not used: ${shown.join(', ')}`];
  }
}

/** The object of one line, its numbers as texts, or undefined after it went to the bad rows. @param inLists see there */
export function parseObject(
  text: string,
  location: FileLocation,
  { badRows }: Pick<ReadContext, 'badRows'>,
  inLists = false,
): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = parseWithNumberTexts(text, inLists);
    assertShallow(value);
  } catch (error) {
    badRows.reject(location, `expected a JSON object, got what does not parse (${(error as Error).message})`);
    return undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  badRows.reject(location, `expected a JSON object, got ${text.slice(0, 60)}`);
  return undefined;
}

function parseWithNumberTexts(text: string, inLists: boolean): unknown {
  try {
    return JSON.parse(withQuotedNumbers(text, inLists));
  } catch {
    // for an error whose positions are those of the line
    return JSON.parse(text);
  }
}

/** Missing and null are empty; lists and objects keep their JSON text. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
