/**
 * What a field of users or items is to everything that computes: a sparse matrix entity × value, compressed by rows. No
 * one-hot vector is ever dense: a field vector of an entity is the product of its row with a table `[numValues, dim]`.
 */

/** One field of the entities of a side as a sparse matrix entity × value, compressed by rows. */
export interface EncodedField {
  /** Of the column. */
  readonly name: string;
  /** Columns of the matrix, among them MISSING_VALUE and UNSEEN_VALUE. */
  readonly numValues: number;
  /** Row r has the entries offsets[r] … offsets[r+1], `[numRows + 1]`. Every row has at least one. */
  readonly offsets: Int32Array;
  /** Value numbers, ascending within a row, `[numEntries]`. */
  readonly columns: Int32Array;
  /** Weights, `[numEntries]`. */
  readonly values: Float32Array;
}

/** An entity without anything in this field has this one value, weight 1. */
export const MISSING_VALUE = 0;
/** An entity that has something in this field, none of which fitting saw, has this one value, weight 1. */
export const UNSEEN_VALUE = 1;
