/**
 * RecBole atomic interactions (`.inter`): a typed header, then tab-separated rows. Works on bytes: whole-number ids
 * and plain numbers make no strings.
 */
import { DataError } from '../../core/errors.js';
import { EVENT_CODES } from '../interaction-set.js';
import { forEachLine } from './byte-lines.js';
import { type ColumnRoles, rolesByHeader } from './column-roles.js';
import { IGNORED_EVENT, UNKNOWN_EVENT } from './event-coder.js';
import type { InteractionReader, ReadContext } from './read-context.js';
import { type RecboleField, requireRecboleHeader } from './recbole-header.js';
import { quoted } from './row-assembler.js';

const TAB = 9;

export const readRecbole: InteractionReader = async (file, part, context) => {
  let rows: RowParser | undefined;
  await forEachLine(file.chunks(context.reporter), (bytes, start, end, line) => {
    if (rows) {
      if (end > start) rows.parse(bytes, start, end, line);
      return;
    }
    const fields = requireRecboleHeader(bytes.toString('utf8', start, end), file.path);
    const names = fields.map(({ name }) => name);
    const roles = rolesByHeader(names, context.config.columns, { file: file.path, line });
    refuseWrongTypes(fields, roles, file.path);
    context.collector.beginPart(part, { timestamp: roles.timestamp >= 0, weight: roles.weight >= 0 }, file.path);
    rows = new RowParser(context, file.path, names, roles);
  });
};

function refuseWrongTypes(fields: readonly RecboleField[], roles: ColumnRoles, file: string): void {
  for (const role of ['user', 'item'] as const) {
    const { name, type } = fields[roles[role]];
    if (type === 'token') continue;
    const message = `expected ids of type token in the ${role} column, got ${name}:${type}`;
    throw new DataError('DATA_RECBOLE_HEADER', message, { location: { file, line: 1, column: roles[role] + 1 } });
  }
}

class RowParser {
  /** Where each field begins, and one past the end of the line, `[numFields + 1]`. */
  private readonly starts: Int32Array;

  constructor(
    private readonly context: ReadContext,
    private readonly file: string,
    private readonly names: readonly string[],
    private readonly roles: ColumnRoles,
  ) {
    this.starts = new Int32Array(names.length + 1);
  }

  parse(bytes: Buffer, start: number, end: number, line: number): void {
    const { context, roles, starts, names } = this;
    const { collector, timestamps, events, config } = context;
    const numFields = this.split(bytes, start, end);
    if (numFields !== names.length) {
      const message = `expected ${names.length} tab-separated values (${names.join(', ')}), got ${numFields}`;
      context.badRows.reject({ file: this.file, line }, message);
      return;
    }
    for (const column of [roles.user, roles.item]) {
      if (starts[column + 1] - 1 > starts[column]) continue;
      this.reject(column, line, 'expected an id, got an empty cell');
      return;
    }
    let timestamp = Number.NaN;
    if (roles.timestamp >= 0) {
      timestamp = timestamps.ofNumber(this.number(bytes, roles.timestamp));
      if (Number.isNaN(timestamp)) return this.rejectNumber(bytes, roles.timestamp, line);
    }
    let weight = Number.NaN;
    if (roles.weight >= 0) {
      weight = this.number(bytes, roles.weight);
      if (!Number.isFinite(weight)) return this.rejectNumber(bytes, roles.weight, line);
      if (config.useWeights && weight <= 0) {
        return this.reject(roles.weight, line, `expected a weight above 0 (data.useWeights), got ${weight}`);
      }
    }
    let event: number = EVENT_CODES.positive;
    if (roles.event >= 0) {
      const text = this.text(bytes, roles.event);
      event = events.code(text);
      if (event === UNKNOWN_EVENT) return this.reject(roles.event, line, `expected ${events.known}, got ${text}`);
      if (event === IGNORED_EVENT) return;
    }
    const user = collector.users.ofBytes(bytes, starts[roles.user], starts[roles.user + 1] - 1);
    const item = collector.items.ofBytes(bytes, starts[roles.item], starts[roles.item + 1] - 1);
    collector.add(user, item, timestamp, weight, event);
  }

  /** Fills `starts`; returns how many fields there are, also where that is more than expected. */
  private split(bytes: Buffer, start: number, end: number): number {
    const { starts } = this;
    let field = 0;
    starts[0] = start;
    for (let at = start; at < end; at++) {
      if (bytes[at] !== TAB) continue;
      field++;
      if (field < starts.length) starts[field] = at + 1;
    }
    if (field + 1 < starts.length) starts[field + 1] = end + 1;
    return field + 1;
  }

  private text(bytes: Buffer, column: number): string {
    return bytes.toString('utf8', this.starts[column], this.starts[column + 1] - 1);
  }

  private number(bytes: Buffer, column: number): number {
    return parseNumber(bytes, this.starts[column], this.starts[column + 1] - 1);
  }

  private rejectNumber(bytes: Buffer, column: number, line: number): void {
    this.reject(column, line, `expected a number, got ${quoted(this.text(bytes, column))}`);
  }

  private reject(column: number, line: number, message: string): void {
    const location = { file: this.file, line, column: column + 1 };
    this.context.badRows.reject(location, `${message} in column "${this.names[column]}"`);
  }
}

/** Number in bytes[start … end), NaN for anything else. Plain digits are read without making a string. */
export function parseNumber(bytes: Buffer, start: number, end: number): number {
  if (start === end) return Number.NaN;
  if (end - start <= 15) {
    let value = 0;
    let at = start;
    for (; at < end; at++) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === end) return value;
  }
  const text = bytes.toString('latin1', start, end).trim();
  return text === '' ? Number.NaN : Number(text);
}
