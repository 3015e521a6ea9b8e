/**
 * Collects the rows of an EncodedField one after the other, and keeps what holds of all of them: columns ascend within a
 * row and come once, what fitting did not see stands alone, and a row of nothing is the missing value.
 */
import { type EncodedField, MISSING_VALUE, UNSEEN_VALUE } from './encoded-field.js';

export class EncodedRows {
  private readonly offsets: Int32Array;
  private columns: Int32Array;
  private values: Float32Array;
  private row = 0;
  private length = 0;

  /** @param expected entries that are likely to come; more have room as well */
  constructor(numRows: number, expected: number = numRows) {
    this.offsets = new Int32Array(numRows + 1);
    this.columns = new Int32Array(Math.max(16, expected));
    this.values = new Float32Array(Math.max(16, expected));
  }

  /** A row of one value. */
  addOne(column: number, weight = 1): void {
    this.push(column, weight);
    this.endRow();
  }

  addMissing(): void {
    this.addOne(MISSING_VALUE);
  }

  /**
   * A row of several values.
   *
   * @param entries column → weight, in any order; none of them missing or unseen
   * @param hasUnseen whether the entity has values that fitting did not see; they count only where it has no other
   */
  addRow(entries: ReadonlyMap<number, number>, hasUnseen: boolean): void {
    if (entries.size === 0) this.push(hasUnseen ? UNSEEN_VALUE : MISSING_VALUE, 1);
    else for (const column of [...entries.keys()].sort((a, b) => a - b)) this.push(column, entries.get(column)!);
    this.endRow();
  }

  /** A row of all columns from `first` on. */
  addDense(first: number, numbers: Float32Array): void {
    for (let i = 0; i < numbers.length; i++) this.push(first + i, numbers[i]);
    this.endRow();
  }

  finish(name: string, numValues: number): EncodedField {
    return {
      name,
      numValues,
      offsets: this.offsets,
      columns: this.columns.slice(0, this.length),
      values: this.values.slice(0, this.length),
    };
  }

  private push(column: number, weight: number): void {
    if (this.length === this.columns.length) this.grow();
    this.columns[this.length] = column;
    this.values[this.length++] = weight;
  }

  private endRow(): void {
    this.offsets[++this.row] = this.length;
  }

  private grow(): void {
    const columns = new Int32Array(2 * this.length);
    const values = new Float32Array(2 * this.length);
    columns.set(this.columns);
    values.set(this.values);
    this.columns = columns;
    this.values = values;
  }
}
