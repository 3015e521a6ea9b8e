/**
 * One row of cells → one row of the collector: reads ids, numbers, times and the event; what does not parse goes to
 * the bad rows. Shared by all readers that have columns.
 */
import { EVENT_CODES } from '../interaction-set.js';
import type { ColumnRole, ColumnRoles } from './column-roles.js';
import { IGNORED_EVENT, UNKNOWN_EVENT } from './event-coder.js';
import type { ReadContext } from './read-context.js';
import { RowBatch } from './row-batch.js';
import { ByteCells, type RowCells } from './row-cells.js';
import type { SourceFile } from './source-file.js';

export class RowAssembler {
  private readonly batch: RowBatch;

  /**
   * Begins a part of the collector.
   *
   * @param part PARTS
   * @param names of all columns, for messages; every row must have as many cells
   */
  constructor(
    private readonly context: ReadContext,
    private readonly file: SourceFile,
    part: number,
    private readonly roles: ColumnRoles,
    private readonly names: readonly string[],
  ) {
    this.batch = new RowBatch(context.collector);
    context.collector.beginPart(part, { timestamp: roles.timestamp >= 0, weight: roles.weight >= 0 }, file.path);
  }

  /**
   * Rows of bytes reach the collector together, at the latest in `finish`; their buffer must keep its content until
   * then.
   *
   * @param line counts from 1
   */
  add(cells: RowCells, line: number): void {
    const problem = this.addGood(cells);
    if (problem === undefined) return;
    const [role, message] = problem;
    const column = role === undefined ? undefined : this.roles[role];
    const where = column === undefined ? '' : ` in column "${this.names[column]}"`;
    const location = { file: this.file.path, line, column: column === undefined ? undefined : column + 1 };
    this.context.badRows.reject(location, `${message}${where}`);
  }

  /** To be called after the last row. */
  finish(): void {
    this.batch.flush();
  }

  /** What is wrong with the row and in which column, if anything. */
  private addGood(cells: RowCells): readonly [ColumnRole | undefined, string] | undefined {
    const { roles, names } = this;
    const { collector, timestamps, events, config } = this.context;
    if (cells.numCells !== names.length) {
      return [undefined, `expected ${names.length} columns (${names.join(', ')}), got ${cells.numCells}`];
    }
    let timestamp = Number.NaN;
    if (roles.timestamp >= 0) {
      const number = cells.number(roles.timestamp);
      timestamp = Number.isNaN(number) ? timestamps.ofText(cells.text(roles.timestamp)) : timestamps.ofNumber(number);
      if (Number.isNaN(timestamp)) {
        return ['timestamp', `expected a number or an ISO date, got ${quoted(cells.text(roles.timestamp))}`];
      }
    }
    let weight = Number.NaN;
    if (roles.weight >= 0) {
      weight = cells.number(roles.weight);
      if (!Number.isFinite(weight)) return ['weight', `expected a number, got ${quoted(cells.text(roles.weight))}`];
      if (config.useWeights && weight <= 0) {
        return ['weight', `expected a weight above 0 (data.useWeights), got ${weight}`];
      }
    }
    let event: number = EVENT_CODES.positive;
    if (roles.event >= 0) {
      const text = cells.text(roles.event);
      event = events.code(text);
      if (event === UNKNOWN_EVENT) return ['event', `expected ${events.known} (data.events), got ${quoted(text)}`];
      if (event === IGNORED_EVENT) return undefined;
    }
    if (cells.isEmpty(roles.user)) return ['user', 'expected a user id, got an empty cell'];
    if (cells.isEmpty(roles.item)) return ['item', 'expected an item id, got an empty cell'];
    if (cells instanceof ByteCells) {
      this.batch.push(cells, roles.user, roles.item, timestamp, weight, event);
      return undefined;
    }
    this.batch.flush();
    const user = cells.id(roles.user, collector.users);
    const item = cells.id(roles.item, collector.items);
    collector.add(user, item, timestamp, weight, event);
    return undefined;
  }
}

function quoted(text: string): string {
  return text === '' ? 'an empty cell' : JSON.stringify(text.slice(0, 60));
}
