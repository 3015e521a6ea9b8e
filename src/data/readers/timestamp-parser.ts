/**
 * Timestamps as seconds since 1970. Numbers are taken as they are, unless the first one of the source shows that it
 * counts milli-, micro- or nanoseconds; texts must be ISO dates, read as UTC where they name no zone (the result does
 * not depend on the machine's time zone).
 */

const ISO_DATE = /^\d{4}-\d\d-\d\d$/;
const ISO_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|[+-]\d\d:?\d\d)?$/;

/** Seconds since 1970 of an ISO date, NaN for any other text. */
export function secondsOfIsoDate(text: string): number {
  if (ISO_DATE.test(text)) return Date.parse(text) / 1000;
  const parts = ISO_TIME.exec(text);
  if (!parts) return Number.NaN;
  const zone = parts[3] === undefined || parts[3] === 'UTC' ? 'Z' : parts[3];
  return Date.parse(`${parts[1]}T${parts[2]}${zone}`) / 1000;
}

/** A bound of the configuration (number or ISO date) in seconds. */
export function secondsOfBound(bound: number | string): number {
  return typeof bound === 'number' ? bound : secondsOfIsoDate(bound);
}

/** What one unit of a clock that reads `value` today lasts in seconds: year 5138 in seconds is 1973 in milliseconds. */
function unitOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 1e17) return 1e-9;
  if (size >= 1e14) return 1e-6;
  if (size >= 1e11) return 1e-3;
  return 1;
}

export class TimestampParser {
  private unit: number | undefined;

  /** Seconds, or NaN where `value` is not finite. */
  ofNumber(value: number): number {
    if (!Number.isFinite(value)) return Number.NaN;
    this.unit ??= unitOf(value);
    return this.unit === 1 ? value : value * this.unit;
  }

  /** Seconds, or NaN where `text` is neither a number nor an ISO date. */
  ofText(text: string): number {
    if (text === '') return Number.NaN;
    const number = Number(text);
    return Number.isNaN(number) ? secondsOfIsoDate(text) : this.ofNumber(number);
  }
}
