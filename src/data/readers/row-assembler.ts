/**
 * One row of texts → one row of the collector: trims ids, parses numbers and times, looks up the event; what does not
 * parse goes to the bad rows. Shared by the readers that have cells.
 */
import type { FileLocation } from '../../core/errors.js';
import { EVENT_CODES } from '../interaction-set.js';
import type { ColumnRole, ColumnRoles } from './column-roles.js';
import { IGNORED_EVENT, UNKNOWN_EVENT } from './event-coder.js';
import type { ReadContext } from './read-context.js';

export class RowAssembler {
  /** Names are only for messages: what the column of each role is called. */
  constructor(
    private readonly context: ReadContext,
    private readonly file: string,
    private readonly roles: ColumnRoles,
    private readonly names: readonly string[],
  ) {}

  /** @param cells texts by column; @param line counts from 1 */
  add(cells: readonly string[], line: number): void {
    const { roles, context } = this;
    const { collector, timestamps, events, config } = context;
    const user = cells[roles.user].trim();
    if (user === '') return this.reject('user', line, 'expected a user id, got an empty cell');
    const item = cells[roles.item].trim();
    if (item === '') return this.reject('item', line, 'expected an item id, got an empty cell');

    let timestamp = Number.NaN;
    if (roles.timestamp >= 0) {
      const text = cells[roles.timestamp].trim();
      timestamp = timestamps.ofText(text);
      if (Number.isNaN(timestamp)) return this.reject('timestamp', line, `expected ${TIME}, got ${quoted(text)}`);
    }
    let weight = Number.NaN;
    if (roles.weight >= 0) {
      const text = cells[roles.weight].trim();
      weight = text === '' ? Number.NaN : Number(text);
      if (!Number.isFinite(weight)) return this.reject('weight', line, `expected a number, got ${quoted(text)}`);
      if (config.useWeights && weight <= 0) {
        return this.reject('weight', line, `expected a weight above 0 (data.useWeights), got ${text}`);
      }
    }
    let event: number = EVENT_CODES.positive;
    if (roles.event >= 0) {
      const text = cells[roles.event].trim();
      event = events.code(text);
      if (event === UNKNOWN_EVENT) return this.reject('event', line, `expected ${events.known}, got ${quoted(text)}`);
      if (event === IGNORED_EVENT) return;
    }
    collector.add(collector.users.ofText(user), collector.items.ofText(item), timestamp, weight, event);
  }

  private reject(role: ColumnRole, line: number, message: string): void {
    const column = this.roles[role];
    const location: FileLocation = { file: this.file, line, column: column + 1 };
    this.context.badRows.reject(location, `${message} in column "${this.names[column]}"`);
  }
}

export const TIME = 'a number or an ISO date';
export const quoted = (text: string): string => (text === '' ? 'an empty cell' : JSON.stringify(text.slice(0, 60)));
