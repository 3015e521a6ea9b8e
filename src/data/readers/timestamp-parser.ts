/**
 * Timestamps as seconds since 1970. Numbers count seconds, milli-, micro- or nanoseconds, as the first one that can be a
 * date of our time shows by its size; a number of another unit is refused. Texts must be ISO dates, read as UTC where they
 * name no zone (the result does not depend on the machine's time zone).
 */
import { basename } from 'node:path';

/** What is read, for messages. */
export const READ_TIMES =
  'seconds, milli-, micro- or nanoseconds since 1970, and ISO dates: 2023-11-01, 2023-11-01T22:13:20.5Z, ' +
  '2023-11-01 22:13:20,5 +01:00, 2023-11-01 22:13:20+00';

const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const ISO_TIME =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))? ?(?:(Z|UTC|GMT)|([+-]\d\d)(?::?(\d\d))?)?$/i;
/** Seconds with a decimal comma; of smaller numbers it may be one that sets thousands apart. */
const DECIMAL_COMMA = /^-?\d{9,},\d+$/;

/** Seconds since 1970 of an ISO date, NaN for any other text and for a day that no calendar has. */
export function secondsOfIsoDate(text: string): number {
  if (ISO_DATE.test(text)) return isDay(text) ? Date.parse(text) / 1000 : Number.NaN;
  const parts = ISO_TIME.exec(text);
  if (!parts || !isDay(parts[1])) return Number.NaN;
  const [, day, time, fraction, , hours, minutes = '00'] = parts;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  if (fraction === undefined) return Date.parse(`${day}T${time}${zone}`) / 1000;
  // a fraction belongs to seconds
  return time.length < 8 ? Number.NaN : Date.parse(`${day}T${time}.${fraction}${zone}`) / 1000;
}

/** Whether the text is written as an ISO date, of a day that no calendar has. */
export function isImpossibleDate(text: string): boolean {
  const day = /^\d{4}-\d\d-\d\d/.exec(text)?.[0];
  return day !== undefined && !isDay(day);
}

/** Whether the month has that day: `Date.parse` takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const [, year, month, day] = ISO_DATE.exec(date)!.map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** A bound of the configuration (number or ISO date) in seconds. */
export function secondsOfBound(bound: number | string): number {
  return typeof bound === 'number' ? bound : secondsOfIsoDate(bound);
}

/** Smaller numbers are 1973 at most in whatever unit, and say nothing of it: zeros, and counters. */
export const LEAST_DATE = 1e8;

/** What one unit of a clock that reads `size` today lasts in seconds: year 5138 in seconds is 1973 in milliseconds. */
function unitOf(size: number): number {
  if (size >= 1e17) return 1e-9;
  if (size >= 1e14) return 1e-6;
  if (size >= 1e11) return 1e-3;
  return 1;
}

const UNIT_NAMES: Readonly<Record<number, string>> = {
  1: 'seconds',
  0.001: 'milliseconds',
  0.000001: 'microseconds',
  0.000000001: 'nanoseconds',
};

export class TimestampParser {
  private unit: number | undefined;
  /** Where the number stands that showed the unit. */
  private shownBy: string | undefined;
  /** Whether `placeUnit` has nothing more to do. */
  unitIsPlaced = false;

  /** Seconds, or NaN where `value` is not finite or counts in another unit than an earlier number. */
  ofNumber(value: number): number {
    const size = Math.abs(value);
    if (size >= LEAST_DATE) {
      if (size === Number.POSITIVE_INFINITY) return Number.NaN;
      const unit = unitOf(size);
      this.unit ??= unit;
      if (unit !== this.unit) return Number.NaN;
    }
    return this.unit === undefined || this.unit === 1 ? value : value * this.unit;
  }

  /** Seconds, or NaN where `text` is neither a number nor an ISO date, or in another unit than an earlier number. */
  ofText(text: string): number {
    const number = numberOf(text);
    return Number.isNaN(number) ? secondsOfIsoDate(text) : this.ofNumber(number);
  }

  /** To be told of every row until `unitIsPlaced`, so that a contradiction can name the row that it contradicts. */
  placeUnit(file: string, line: number): void {
    if (this.unit === undefined) return;
    this.shownBy = `${basename(file)}:${line}`;
    this.unitIsPlaced = true;
  }

  /** What to say of a number in another unit than the first; undefined for any other text. */
  otherUnit(text: string): string | undefined {
    const size = Math.abs(numberOf(text));
    if (this.unit === undefined || !(size >= LEAST_DATE) || unitOf(size) === this.unit) return undefined;
    const since = this.shownBy === undefined ? 'as before' : `as in ${this.shownBy}`;
    return `expected ${UNIT_NAMES[this.unit]} ${since}, got ${text}, which counts ${UNIT_NAMES[unitOf(size)]}`;
  }
}

function numberOf(text: string): number {
  if (text === '') return Number.NaN;
  return Number(DECIMAL_COMMA.test(text) ? text.replace(',', '.') : text);
}
