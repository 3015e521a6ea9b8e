/**
 * Lists of indices per row in two typed arrays (the CSR pattern without values): held-out items of each user, items a
 * query must not get, prerequisites of a split.
 */

export interface Ragged {
  /** Row r holds values[offsets[r] … offsets[r+1]), `[numRows + 1]`. */
  readonly offsets: Int32Array;
  /** Ascending and distinct within a row. */
  readonly values: Int32Array;
}

/** `numRows` empty rows. */
export function emptyRagged(numRows: number): Ragged {
  return { offsets: new Int32Array(numRows + 1), values: new Int32Array(0) };
}

/** A single row. @param values ascending and distinct */
export function oneRow(values: Int32Array): Ragged {
  return { offsets: Int32Array.of(0, values.length), values };
}

/** Groups (row, value) pairs into rows, sorted, repeats merged. Pairs come in any order; indices are trusted. */
export function raggedFromPairs(rowIndex: Int32Array, value: Int32Array, numRows: number): Ragged {
  const start = new Int32Array(numRows + 1);
  for (let i = 0; i < rowIndex.length; i++) start[rowIndex[i] + 1]++;
  for (let row = 0; row < numRows; row++) start[row + 1] += start[row];
  const next = start.slice(0, numRows);
  const grouped = new Int32Array(rowIndex.length);
  for (let i = 0; i < rowIndex.length; i++) grouped[next[rowIndex[i]]++] = value[i];
  const offsets = new Int32Array(numRows + 1);
  let at = 0;
  for (let row = 0; row < numRows; row++) {
    const sorted = grouped.subarray(start[row], start[row + 1]).sort();
    const rowStart = at;
    // writes never overtake reads: at ≤ start[row] + position
    for (let i = 0; i < sorted.length; i++) {
      const entry = sorted[i];
      if (at === rowStart || grouped[at - 1] !== entry) grouped[at++] = entry;
    }
    offsets[row + 1] = at;
  }
  return { offsets, values: grouped.slice(0, at) };
}

/** Row-wise union of two ragged arrays with the same number of rows. */
export function unionRagged(a: Ragged, b: Ragged): Ragged {
  const numRows = a.offsets.length - 1;
  const offsets = new Int32Array(numRows + 1);
  const values = new Int32Array(a.values.length + b.values.length);
  let at = 0;
  for (let row = 0; row < numRows; row++) {
    let i = a.offsets[row];
    let j = b.offsets[row];
    const endA = a.offsets[row + 1];
    const endB = b.offsets[row + 1];
    while (i < endA || j < endB) {
      const fromA = j >= endB || (i < endA && a.values[i] <= b.values[j]);
      const value = fromA ? a.values[i] : b.values[j];
      if (i < endA && a.values[i] === value) i++;
      if (j < endB && b.values[j] === value) j++;
      values[at++] = value;
    }
    offsets[row + 1] = at;
  }
  return { offsets, values: values.slice(0, at) };
}

/** The rows `rows` of `source`, in that order. */
export function selectRaggedRows(source: Ragged, rows: ArrayLike<number>): Ragged {
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    offsets[i + 1] = offsets[i] + source.offsets[rows[i] + 1] - source.offsets[rows[i]];
  }
  const values = new Int32Array(offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    values.set(source.values.subarray(source.offsets[rows[i]], source.offsets[rows[i] + 1]), offsets[i]);
  }
  return { offsets, values };
}

/** The (row, value) pairs that `keep` lets through, in their rows. */
export function pairsWhere({ offsets, values }: Ragged, keep: (row: number, value: number) => boolean): Ragged {
  const kept = new Int32Array(values.length);
  const ends = new Int32Array(offsets.length);
  let at = 0;
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let from = offsets[row]; from < offsets[row + 1]; from++) {
      if (keep(row, values[from])) kept[at++] = values[from];
    }
    ends[row + 1] = at;
  }
  return { offsets: ends, values: kept.slice(0, at) };
}

/** Number of values in each row, `[numRows]`. */
export function raggedLengths(source: Ragged): Int32Array {
  return Int32Array.from(
    { length: source.offsets.length - 1 },
    (_, row) => source.offsets[row + 1] - source.offsets[row],
  );
}
