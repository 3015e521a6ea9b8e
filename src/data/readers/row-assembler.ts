/**
 * One row of cells → one row of the collector: reads ids, numbers, times and the event; what does not parse goes to
 * the bad rows. Shared by all readers that have columns.
 */
import { EVENT_CODES } from '../interaction-set.js';
import { isOddTime } from '../plausibility/odd-rows.js';
import { UnusedLabels } from '../plausibility/unused-labels.js';
import type { ColumnRole, ColumnRoles } from './column-roles.js';
import { IGNORED_EVENT, UNKNOWN_EVENT } from './event-coder.js';
import { unusedColumns } from './found-columns.js';
import { HeaderRow } from './header-row.js';
import type { ReadContext } from './read-context.js';
import { RowBatch } from './row-batch.js';
import { ByteCells, type RowCells } from './row-cells.js';
import type { SourceFile } from './text/source-file.js';
import { isImpossibleDate, LEAST_DATE, READ_TIMES } from './timestamp-parser.js';

interface RowColumns {
  readonly roles: ColumnRoles;
  /** Of all columns, for messages; every row must have as many cells. */
  readonly names: readonly string[];
  /** The cells of the header, where the file has one. */
  readonly header?: readonly string[];
  /** Whether the time column was found by the size of its first numbers. */
  readonly timeIsGuessed?: boolean;
}

export class RowAssembler {
  private readonly batch: RowBatch;
  private readonly header: HeaderRow;
  /** Whether no column would show that a row is the header once more: names are no numbers. */
  private readonly headerLooksGood: boolean;
  private readonly labels: UnusedLabels;
  private readonly roles: ColumnRoles;
  private readonly names: readonly string[];
  /** Seconds; a column was taken for times because none of its first was smaller. */
  private readonly leastTime: number;

  /**
   * Begins a part of the collector.
   *
   * @param part PARTS
   */
  constructor(
    private readonly context: ReadContext,
    private readonly file: SourceFile,
    part: number,
    { roles, names, header, timeIsGuessed = false }: RowColumns,
  ) {
    this.roles = roles;
    this.names = names;
    this.leastTime = timeIsGuessed ? LEAST_DATE : Number.NEGATIVE_INFINITY;
    this.batch = new RowBatch(context.collector, file.path);
    this.header = new HeaderRow(header);
    this.headerLooksGood = header !== undefined && roles.timestamp < 0 && roles.weight < 0;
    this.labels = new UnusedLabels(roles.event >= 0 ? [] : unusedColumns(names, roles));
    context.collector.beginPart(part, { timestamp: roles.timestamp >= 0, weight: roles.weight >= 0 }, file.path);
  }

  /**
   * Rows of bytes reach the collector together, at the latest in `finish`; their buffer must keep its content until
   * then.
   *
   * @param line counts from 1
   */
  add(cells: RowCells, line: number): void {
    if (this.headerLooksGood && this.isHeaderAgain(cells, line)) return;
    const problem = this.addGood(cells, line);
    if (problem === undefined || this.isHeaderAgain(cells, line)) return;
    const [role, message, advice] = problem;
    const column = role === undefined ? undefined : this.roles[role];
    const where = column === undefined ? '' : ` in column "${this.names[column]}"`;
    const location = { file: this.file.path, line, column: column === undefined ? undefined : column + 1 };
    this.context.badRows.reject(location, `${message}${where}`, advice);
  }

  /** Whether the row is the header once more, which is counted. */
  private isHeaderAgain(cells: RowCells, line: number): boolean {
    const isAgain = this.header.isAgain(cells);
    if (isAgain) this.context.collector.oddRows.addHeader({ file: this.file.path, line });
    return isAgain;
  }

  /** To be called after the last row. */
  finish(): void {
    this.batch.flush();
    this.context.notes.push(...this.labels.notes(this.file.name, this.names));
  }

  /** What is wrong with the row, in which column, and what to do, if anything. */
  private addGood(cells: RowCells, line: number): Problem | undefined {
    const { roles, names } = this;
    const { collector, timestamps, events, config } = this.context;
    if (cells.numCells !== names.length) {
      return [undefined, `expected ${names.length} columns (${names.join(', ')}), got ${cells.numCells}`];
    }
    let timestamp = Number.NaN;
    if (roles.timestamp >= 0) {
      const number = cells.number(roles.timestamp);
      timestamp = Number.isNaN(number) ? timestamps.ofText(cells.text(roles.timestamp)) : timestamps.ofNumber(number);
      if (Number.isNaN(timestamp)) return this.badTime(cells.text(roles.timestamp));
      if (timestamp < this.leastTime) {
        const got = quoted(cells.text(roles.timestamp));
        return ['timestamp', `expected a time of today, as the first rows have it, got ${got}`, NOT_TIMES];
      }
      if (!timestamps.unitIsPlaced) timestamps.placeUnit(this.file.path, line);
      if (isOddTime(timestamp)) collector.oddRows.addTime(timestamp, { file: this.file.path, line });
    }
    let weight = Number.NaN;
    if (roles.weight >= 0) {
      weight = cells.number(roles.weight);
      if (!Number.isFinite(weight)) return ['weight', `expected a number, got ${quoted(cells.text(roles.weight))}`];
      if (config.useWeights && weight <= 0) {
        return ['weight', `expected a weight above 0 (data.useWeights), got ${weight}`];
      }
      // weights of edges are kept in single precision
      const single = Math.fround(weight);
      if (config.useWeights && (single === 0 || !Number.isFinite(single))) {
        return [
          'weight',
          `expected a weight (data.useWeights), got ${quoted(cells.text(roles.weight))}, which is outside float32`,
        ];
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
    if (this.labels.isWatching) this.labels.add(cells);
    if (cells instanceof ByteCells) {
      this.batch.push(cells, roles.user, roles.item, timestamp, weight, event, line);
      return undefined;
    }
    this.batch.flush();
    const user = cells.id(roles.user, collector.users);
    const item = cells.id(roles.item, collector.items);
    const place = () => ({ file: this.file.path, line });
    collector.users.suspects.place(place);
    collector.items.suspects.place(place);
    collector.add(user, item, timestamp, weight, event);
    return undefined;
  }

  private badTime(text: string): Problem {
    const { timestamps } = this.context;
    const otherUnit = timestamps.otherUnit(text);
    if (otherUnit !== undefined) return ['timestamp', otherUnit, 'bring all times to one unit'];
    const what = isImpossibleDate(text) ? `${quoted(text)}, a day that no calendar has,` : quoted(text);
    return ['timestamp', `expected a number or an ISO date, got ${what}`, `read are ${READ_TIMES}`];
  }
}

const NOT_TIMES = 'if these are no times, say data.columns.timestamp=false';

/** The column, if it is one, what is wrong, and what to do about it. */
type Problem = readonly [role: ColumnRole | undefined, message: string, advice?: string];

function quoted(text: string): string {
  return text === '' ? 'an empty cell' : JSON.stringify(text.slice(0, 60));
}
