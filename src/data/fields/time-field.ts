/**
 * Instants as their age at the time of training, in buckets that double: up to a day, to two, to four, … The instant that
 * ages are counted back from is frozen with the encoding. What comes later is as young as the youngest bucket that training
 * saw, and what is older than all as old as the oldest: every bucket was trained.
 */
import { z } from 'zod';
import type { TimeColumn } from '../feature-table.js';
import { secondsOfBound } from '../readers/timestamp-parser.js';
import type { EncodedField } from './encoded-field.js';
import { EncodedRows } from './encoded-rows.js';
import type { FieldOptionsOf } from './field-options.js';
import { addBucket } from './numeric-field.js';
import { ascendingNumbers } from './stored-arrays.js';
import { bucketOf } from './value-buckets.js';
import { FIRST_VALUE } from './value-list.js';

const SECONDS_PER_DAY = 86_400;

export const timeEncoding = z.strictObject({
  kind: z.literal('time'),
  name: z.string(),
  /** Seconds since 1970. */
  referenceTime: z.number(),
  /** Ages in days, see value-buckets.ts; null where no training entity has an instant. */
  bounds: ascendingNumbers.nullable(),
});
type TimeEncoding = z.output<typeof timeEncoding>;

/** Without a reference time it is the latest instant of the training entities. */
export function fitTime(
  name: string,
  { seconds }: TimeColumn,
  { referenceTime, firstBucketDays }: FieldOptionsOf<'time'>,
  fitRows: Int32Array,
): TimeEncoding {
  const known = Float64Array.from(fitRows, (row) => seconds[row]).filter(Number.isFinite);
  const latest = known.reduce((latest, instant) => Math.max(latest, instant), Number.NEGATIVE_INFINITY);
  const reference = referenceTime === undefined ? (known.length > 0 ? latest : 0) : secondsOfBound(referenceTime);
  const ages = known.map((instant) => ageInDays(reference, instant));
  const bounds = known.length === 0 ? null : doublingBounds(ages, firstBucketDays);
  return { kind: 'time', name, referenceTime: reference, bounds };
}

export function encodeTime({ name, referenceTime, bounds }: TimeEncoding, { seconds }: TimeColumn): EncodedField {
  const rows = new EncodedRows(seconds.length);
  for (const instant of seconds) {
    if (Number.isNaN(instant)) rows.addMissing();
    else addBucket(rows, bounds, ageInDays(referenceTime, instant));
  }
  return rows.finish(name, FIRST_VALUE + (bounds === null ? 0 : bounds.length + 1));
}

const ageInDays = (reference: number, instant: number): number => (reference - instant) / SECONDS_PER_DAY;

/** first, 2 · first, 4 · first, … of which those stay that begin a bucket with ages in it, but for the youngest. */
function doublingBounds(ages: Float64Array, first: number): number[] {
  const oldest = ages.reduce((oldest, age) => Math.max(oldest, age));
  const bounds: number[] = [];
  for (let bound = first; bound <= oldest; bound *= 2) bounds.push(bound);
  const isUsed = new Uint8Array(bounds.length + 1);
  for (const age of ages) isUsed[bucketOf(bounds, age)] = 1;
  const youngest = isUsed.indexOf(1);
  return bounds.filter((_, i) => i + 1 > youngest && isUsed[i + 1] === 1);
}
