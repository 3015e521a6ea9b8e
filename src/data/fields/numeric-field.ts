/**
 * Numbers, as quantile buckets (a value each) or standardised: one value whose weight is (number − mean) ÷ standard
 * deviation of the training entities, within ±MAX_DEVIATIONS, since one mistyped price would drown everything else.
 */
import { z } from 'zod';
import type { NumericColumn } from '../feature-table.js';
import { type EncodedField, UNSEEN_VALUE } from './encoded-field.js';
import { EncodedRows } from './encoded-rows.js';
import type { FieldOptionsOf } from './field-options.js';
import { ascendingNumbers } from './stored-arrays.js';
import { bucketOf, quantileBounds } from './value-buckets.js';
import { FIRST_VALUE } from './value-list.js';

const MAX_DEVIATIONS = 5;

const numericBuckets = z.strictObject({
  kind: z.literal('numeric'),
  scale: z.literal('buckets'),
  name: z.string(),
  /** See value-buckets.ts; null where no training entity has a number. */
  bounds: ascendingNumbers.nullable(),
});
const numericStandardised = z.strictObject({
  kind: z.literal('numeric'),
  scale: z.literal('standardised'),
  name: z.string(),
  /** Null where no training entity has a number. */
  mean: z.number().nullable(),
  /** 0 where all numbers are equal. */
  deviation: z.number().min(0),
});
export const numericEncoding = z.discriminatedUnion('scale', [numericBuckets, numericStandardised]);
type NumericEncoding = z.output<typeof numericEncoding>;

export function fitNumeric(
  name: string,
  { numbers }: NumericColumn,
  { scale, buckets }: FieldOptionsOf<'numeric'>,
  fitRows: Int32Array,
): NumericEncoding {
  // what is infinite falls to the ends, and says nothing of where they are
  const known = Float64Array.from(fitRows, (row) => numbers[row]).filter(Number.isFinite);
  const kind = 'numeric';
  if (scale === 'buckets') {
    return { kind, scale, name, bounds: known.length === 0 ? null : quantileBounds(known.sort(), buckets) };
  }
  if (known.length === 0) return { kind, scale, name, mean: null, deviation: 0 };
  // by the middle first: squares of large numbers would overflow
  const mean = meanOf(known.sort()) + 0;
  return { kind, scale, name, mean, deviation: deviationOf(known, mean) };
}

/**
 * Root of the mean squared distance; 0 where all numbers are equal.
 * @param known ascending
 */
function deviationOf(known: Float64Array, mean: number): number {
  const [least, most] = [known[0], known[known.length - 1]];
  // from −1e308 to 1e308 it is farther than a number can say
  const shrink = Number.isFinite(most - least) ? 1 : 4;
  const distance = (number: number): number => number / shrink - mean / shrink;
  const largest = Math.max(-distance(least), distance(most));
  if (largest === 0) return 0;
  const relative = Math.sqrt(meanOf(known.map((number) => (distance(number) / largest) ** 2)));
  return Math.min(largest * relative * shrink, Number.MAX_VALUE);
}

export function encodeNumeric(encoding: NumericEncoding, { numbers }: NumericColumn): EncodedField {
  const rows = new EncodedRows(numbers.length);
  for (const number of numbers) {
    if (Number.isNaN(number)) rows.addMissing();
    else if (encoding.scale === 'buckets') addBucket(rows, encoding.bounds, number);
    else addStandardised(rows, encoding, number);
  }
  return rows.finish(encoding.name, FIRST_VALUE + numColumns(encoding));
}

function numColumns(encoding: NumericEncoding): number {
  if (encoding.scale === 'standardised') return 1;
  return encoding.bounds === null ? 0 : encoding.bounds.length + 1;
}

/** A number as the value of its bucket; unseen where there are none. */
export function addBucket(rows: EncodedRows, bounds: readonly number[] | null, number: number): void {
  rows.addOne(bounds === null ? UNSEEN_VALUE : FIRST_VALUE + bucketOf(bounds, number));
}

function addStandardised(
  rows: EncodedRows,
  { mean, deviation }: z.output<typeof numericStandardised>,
  number: number,
): void {
  if (mean === null) {
    rows.addOne(UNSEEN_VALUE);
    return;
  }
  const distance = number - mean;
  const overflows = Number.isFinite(number) && !Number.isFinite(distance);
  const far = overflows ? number / deviation - mean / deviation : distance / deviation;
  const deviations = deviation === 0 ? 0 : far;
  rows.addOne(FIRST_VALUE, Math.max(-MAX_DEVIATIONS, Math.min(MAX_DEVIATIONS, deviations)));
}

/** Running, so that no sum overflows. */
function meanOf(numbers: Float64Array): number {
  let mean = 0;
  for (const [i, number] of numbers.entries()) mean += number / (i + 1) - mean / (i + 1);
  return mean;
}
