/**
 * Rows as a program has them → InteractionSet.
 */

import { DataError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { InteractionColumns } from '../interaction-columns.js';
import { EVENT_CODES, type EventName, type InteractionSet } from '../interaction-set.js';
import { TimestampParser } from '../readers/timestamp-parser.js';
import { Vocabulary } from '../vocabulary.js';

export interface InteractionRow {
  /** External ids; numbers stand for their decimal form. */
  readonly user: string | number;
  readonly item: string | number;
  /** Seconds since 1970 (or milli-, micro-, nanoseconds, in all rows alike), a Date, or an ISO date. */
  readonly timestamp?: number | string | Date;
  /** Rating or weight. */
  readonly weight?: number;
  /** Default: positive. */
  readonly event?: EventName;
}

/**
 * Optional columns must be given in every row or in none, but for `event`.
 *
 * @throws DataError `DATA_BAD_ROW` with the number of the row, from 0; `DATA_NO_INTERACTIONS` where there is none
 */
export function interactionSetFromRows(rows: Iterable<InteractionRow>): InteractionSet {
  const users = new Vocabulary();
  const items = new Vocabulary();
  const columns = new InteractionColumns();
  const timestamps = new TimestampParser();
  let withTime = 0;
  let withWeight = 0;
  let hasEvents = false;
  for (const row of rows) {
    const number = columns.length;
    const user = externalId(row.user, 'user', number);
    const item = externalId(row.item, 'item', number);
    if (row.timestamp !== undefined) withTime++;
    if (row.weight !== undefined) withWeight++;
    if (row.event !== undefined) hasEvents = true;
    const timestamp = row.timestamp === undefined ? Number.NaN : seconds(row.timestamp, timestamps, number);
    if (row.weight !== undefined && !Number.isFinite(row.weight)) {
      throw badRow(number, `weight: expected a number, got ${row.weight}`);
    }
    const event = eventCode(row.event, number);
    columns.push(users.add(user), items.add(item), timestamp, row.weight ?? Number.NaN, event, 0);
  }
  const total = columns.length;
  if (total === 0) throw new DataError('DATA_NO_INTERACTIONS', 'expected at least one row, got none');
  for (const [name, count] of [
    ['timestamp', withTime],
    ['weight', withWeight],
  ] as const) {
    if (count === 0 || count === total) continue;
    throw new DataError('DATA_BAD_ROW', `${name}: expected it in every row or in none, got it in ${count} of ${total}`);
  }
  return {
    users,
    items,
    ...columns.trimmed({ timestamp: withTime > 0, weight: withWeight > 0, event: hasEvents }),
  };
}

function externalId(id: unknown, name: string, row: number): string {
  const text = typeof id === 'number' && Number.isFinite(id) ? String(id) : id;
  if (typeof text === 'string' && text !== '') return text;
  throw badRow(row, `${name}: expected an id, got ${id === '' ? 'an empty text' : String(id)}`);
}

function seconds(value: number | string | Date, parser: TimestampParser, row: number): number {
  const result =
    value instanceof Date
      ? value.getTime() / 1000
      : typeof value === 'number'
        ? parser.ofNumber(value)
        : parser.ofText(value);
  if (!Number.isNaN(result)) return result;
  const otherUnit = value instanceof Date ? undefined : parser.otherUnit(String(value));
  throw badRow(row, `timestamp: ${otherUnit ?? `expected a number, a Date or an ISO date, got ${String(value)}`}`);
}

function eventCode(event: EventName | undefined, row: number): number {
  const code = ownValue(EVENT_CODES, event ?? 'positive');
  if (code !== undefined) return code;
  const names = Object.keys(EVENT_CODES);
  throw badRow(
    row,
    `event: expected one of ${names.join(', ')}, got ${String(event)}${didYouMean(String(event), names)}`,
  );
}

function badRow(row: number, message: string): DataError {
  return new DataError('DATA_BAD_ROW', `row ${row}: ${message}`);
}
