/**
 * Mutual information of each pair of fields of a side, in nats, from the joint counts of their values (plug-in estimate):
 *
 *     I(A; B) = Σ p(a, b) · ln( p(a, b) ÷ (p(a) · p(b)) )
 *
 * Correlated masks (Yao et al. 2021, arXiv 2007.12865, § 3.3) take the fields that know most of one another. Missing and
 * unseen are values like others. An entity counts once: where it has m values of one field and n of the other, each pair of
 * them has 1/(m·n). Numbers and times count by their buckets (standardised numbers by quantiles), texts and vectors by whether
 * they are there.
 *
 * A pair's table of counts is dense and the only one at a time: MOST_VALUES² numbers, whatever the fields are. Of a longer list
 * of values the most frequent half of that many stand for themselves, and the others share the second half by a hash. That also
 * bounds by how much the estimate is too large, about (|A| − 1)(|B| − 1) ÷ 2N: with a row a value, fields of many values would
 * seem to know everything.
 */
import type { FeatureColumn } from '../feature-table.js';
import type { EncodedField } from './encoded-field.js';
import { encodeField, type FieldEncoding, fitField } from './field-encoding.js';

const MOST_VALUES = 256;
const OWN_VALUES = MOST_VALUES / 2;
/** 2³² ÷ golden ratio (Knuth, vol. 3, § 6.4); its products keep 7 bits: OWN_VALUES. */
const MULTIPLIER = 0x9e3779b1;
const DROPPED_BITS = 25;

export interface MutualInformation {
  readonly names: readonly string[];
  /** Row-major and symmetric; the diagonal is the entropy of each field, `[numFields, numFields]`. */
  readonly nats: Float64Array;
}

/** Values of one field as they are counted. */
interface CountedField {
  readonly name: string;
  readonly numValues: number;
  /** Row r has codes[offsets[r]] … offsets[r+1], at least one, `[numRows + 1]`; absent where every row has one. */
  readonly offsets?: Int32Array;
  /** From 0 to numValues − 1, `[numCodes]`. */
  readonly codes: Uint8Array;
}

/** @param rows rows of the column that count: the entities with a training edge */
export function countedField(encoding: FieldEncoding, column: FeatureColumn, rows: Int32Array): CountedField {
  const { name } = encoding;
  if (column.kind === 'text') {
    return { name, numValues: 2, codes: Uint8Array.from(rows, (row) => (column.texts[row] === '' ? 0 : 1)) };
  }
  if (column.kind === 'vector') {
    const isThere = (row: number): boolean => !Number.isNaN(column.numbers[row * column.dim]);
    return { name, numValues: 2, codes: Uint8Array.from(rows, (row) => (isThere(row) ? 1 : 0)) };
  }
  const isOneValue = encoding.kind === 'numeric' && encoding.scale === 'standardised';
  const field = encodeField(isOneValue ? fitField(name, column, undefined, rows) : encoding, column);
  return countedRows(field, rows, column.kind === 'multi-valued');
}

function countedRows(field: EncodedField, rows: Int32Array, hasLists: boolean): CountedField {
  const { name, columns } = field;
  const numValues = Math.min(field.numValues, MOST_VALUES);
  const codeOf = (column: number): number =>
    field.numValues <= MOST_VALUES || column < OWN_VALUES
      ? column
      : OWN_VALUES + (Math.imul(column, MULTIPLIER) >>> DROPPED_BITS);
  if (!hasLists) {
    return { name, numValues, codes: Uint8Array.from(rows, (row) => codeOf(columns[field.offsets[row]])) };
  }
  const offsets = new Int32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) offsets[i + 1] = offsets[i] + field.offsets[row + 1] - field.offsets[row];
  const codes = new Uint8Array(offsets[rows.length]);
  for (const [i, row] of rows.entries()) {
    for (let at = 0; at < offsets[i + 1] - offsets[i]; at++) {
      codes[offsets[i] + at] = codeOf(columns[field.offsets[row] + at]);
    }
  }
  return { name, numValues, offsets, codes };
}

/** @param fields of the same rows */
export function mutualInformation(fields: readonly CountedField[]): MutualInformation {
  const size = fields.length;
  const nats = new Float64Array(size * size);
  const most = Math.max(0, ...fields.map(({ numValues }) => numValues));
  const counts = new Float64Array(most * most);
  for (const [i, a] of fields.entries()) {
    nats[i * size + i] = entropy(a);
    for (let j = 0; j < i; j++) {
      const joint = counts.subarray(0, a.numValues * fields[j].numValues).fill(0);
      const total = countPairs(a, fields[j], joint);
      nats[i * size + j] = nats[j * size + i] = informationOf(joint, fields[j].numValues, total);
    }
  }
  return { names: fields.map(({ name }) => name), nats };
}

/** Adds up `joint[a, b]`; returns the number of rows. */
function countPairs(a: CountedField, b: CountedField, joint: Float64Array): number {
  const width = b.numValues;
  if (!a.offsets && !b.offsets) {
    for (let row = 0; row < a.codes.length; row++) joint[a.codes[row] * width + b.codes[row]]++;
    return a.codes.length;
  }
  const numRows = numRowsOf(a);
  for (let row = 0; row < numRows; row++) {
    const [startA, endA] = placesOf(a, row);
    const [startB, endB] = placesOf(b, row);
    const share = 1 / ((endA - startA) * (endB - startB));
    for (let i = startA; i < endA; i++) {
      for (let j = startB; j < endB; j++) joint[a.codes[i] * width + b.codes[j]] += share;
    }
  }
  return numRows;
}

const numRowsOf = ({ offsets, codes }: CountedField): number => (offsets ? offsets.length - 1 : codes.length);

function placesOf({ offsets }: CountedField, row: number): [number, number] {
  return offsets ? [offsets[row], offsets[row + 1]] : [row, row + 1];
}

function informationOf(joint: Float64Array, width: number, total: number): number {
  const height = joint.length / width;
  const ofA = new Float64Array(height);
  const ofB = new Float64Array(width);
  for (let a = 0; a < height; a++) {
    for (let b = 0; b < width; b++) {
      ofA[a] += joint[a * width + b];
      ofB[b] += joint[a * width + b];
    }
  }
  let nats = 0;
  for (let a = 0; a < height; a++) {
    for (let b = 0; b < width; b++) {
      const count = joint[a * width + b];
      if (count > 0) nats += (count / total) * Math.log((count * total) / (ofA[a] * ofB[b]));
    }
  }
  // rounding
  return Math.max(0, nats);
}

function entropy(field: CountedField): number {
  const { codes, numValues } = field;
  const counts = new Float64Array(numValues);
  const numRows = numRowsOf(field);
  for (let row = 0; row < numRows; row++) {
    const [start, end] = placesOf(field, row);
    for (let at = start; at < end; at++) counts[codes[at]] += 1 / (end - start);
  }
  let nats = 0;
  for (const count of counts) if (count > 0) nats -= (count / numRows) * Math.log(count / numRows);
  return Math.max(0, nats);
}
