/**
 * What is known of every item as one sparse row of length 1, so that the inner product of two rows is their cosine; and the index
 * that finds all rows which share a value with a profile (postings lists, Manning, Raghavan & Schütze 2008, § 6.3.3).
 */
import { ShapeError } from '../../core/errors.js';
import { SparseRow } from '../sparse-row.js';

/** A sparse matrix entity × value, compressed by rows. */
export interface ContentRows {
  /** Columns of the matrix. */
  readonly numValues: number;
  /** Row r has the entries offsets[r] … offsets[r+1], `[numRows + 1]`. */
  readonly offsets: Int32Array;
  /** `[numEntries]`. */
  readonly columns: Int32Array;
  /** `[numEntries]`. */
  readonly values: Float32Array;
}

/** The same rows at length 1; empty and all-zero ones stay. */
export function unitContentRows({ offsets, values, ...rows }: ContentRows): ContentRows {
  const scaled = new Float32Array(values.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    let squares = 0;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) squares += values[at] * values[at];
    if (squares === 0) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let at = offsets[row]; at < offsets[row + 1]; at++) scaled[at] = values[at] * scale;
  }
  return { ...rows, offsets, values: scaled };
}

export class ContentIndex {
  readonly numItems: number;
  private readonly rows: ContentRows;
  /** Value v occurs in the rows postings.rows[postings.offsets[v] … postings.offsets[v+1]). */
  private readonly postings: Postings;
  private readonly profile: SparseRow;
  private readonly sums: SparseRow;

  /**
   * @param rows a row an item, of any length; brought to length 1 here
   * @throws ShapeError for a column outside 0 … numValues - 1
   */
  constructor(rows: ContentRows) {
    const outside = rows.columns.find((column) => !(column >= 0 && column < rows.numValues));
    if (outside !== undefined) {
      throw new ShapeError(`content rows: column ${outside} is outside 0 … ${rows.numValues - 1}`);
    }
    this.rows = unitContentRows(rows);
    this.numItems = rows.offsets.length - 1;
    this.postings = postingsOf(this.rows);
    this.profile = new SparseRow(rows.numValues);
    this.sums = new SparseRow(this.numItems);
  }

  /**
   * Inner products of every item's row with the profile Σ weight · row of the given items, summed in double precision; -Infinity
   * for items that share no value with it. Valid until the next call.
   *
   * @param items of the profile, from `first` to `last`
   * @param weights parallel to `items`; default 1 each
   * @returns `[numItems]`
   */
  scoresOf(items: Int32Array, first = 0, last = items.length, weights?: Float32Array): Float32Array {
    for (let i = first; i < last; i++) this.addToProfile(this.rows, items[i], weights?.[i] ?? 1);
    return this.scoresOfProfile();
  }

  /**
   * The same with a row from elsewhere as the profile.
   * @param rows over the same values, at length 1
   */
  scoresFor(rows: ContentRows, row: number): Float32Array {
    this.addToProfile(rows, row, 1);
    return this.scoresOfProfile();
  }

  private addToProfile({ offsets, columns, values }: ContentRows, row: number, weight: number): void {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) this.profile.add(columns[at], weight * values[at]);
  }

  private scoresOfProfile(): Float32Array {
    const { postings, profile, sums } = this;
    profile.takeEach((column, amount) => {
      if (amount === 0) return;
      for (let at = postings.offsets[column]; at < postings.offsets[column + 1]; at++) {
        sums.add(postings.rows[at], amount * postings.values[at]);
      }
    });
    return sums.drain();
  }
}

interface Postings {
  /** `[numValues + 1]`. */
  readonly offsets: Int32Array;
  /** Ascending within a value, `[numEntries]`. */
  readonly rows: Int32Array;
  /** `[numEntries]`. */
  readonly values: Float32Array;
}

/** The transposed matrix. */
function postingsOf({ numValues, offsets, columns, values }: ContentRows): Postings {
  const starts = new Int32Array(numValues + 1);
  for (const column of columns) starts[column + 1]++;
  for (let column = 0; column < numValues; column++) starts[column + 1] += starts[column];
  const next = starts.slice(0, numValues);
  const rows = new Int32Array(columns.length);
  const transposed = new Float32Array(columns.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const slot = next[columns[at]]++;
      rows[slot] = row;
      transposed[slot] = values[at];
    }
  }
  return { offsets: starts, rows, values: transposed };
}
