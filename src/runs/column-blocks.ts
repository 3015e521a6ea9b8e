/**
 * Work over all nodes in bounded memory: some columns of a table at a time, since columns of a propagation do not mix.
 */

/**
 * Bytes for the hops of the columns under way. Too small: the adjacency is read once for every few columns; too large:
 * memory that a large graph does not leave.
 */
export const EMBEDDING_BUDGET_BYTES = 2 ** 30;

/** Calls `work` with blocks of columns that cover 0 … dim − 1, as many at a time as the budget allows, at least one. */
export async function forColumnBlocks(
  dim: number,
  bytesPerColumn: number,
  budgetBytes: number,
  work: (first: number, count: number) => Promise<void>,
): Promise<void> {
  const fitting = Math.max(1, Math.min(dim, Math.floor(budgetBytes / bytesPerColumn)));
  // whole vectors of 16 where the budget allows
  const width = fitting < dim && fitting > 16 ? fitting - (fitting % 16) : fitting;
  for (let first = 0; first < dim; first += width) await work(first, Math.min(width, dim - first));
}

/** to[row, toFirst + c] = from[row, fromFirst + c]; widths are the arrays' own numbers of columns. */
export function copyColumns(
  from: Float32Array,
  fromWidth: number,
  fromFirst: number,
  to: Float32Array,
  toWidth: number,
  toFirst: number,
  count: number,
  numRows: number,
): void {
  for (let row = 0; row < numRows; row++) {
    const source = row * fromWidth + fromFirst;
    const target = row * toWidth + toFirst;
    for (let column = 0; column < count; column++) to[target + column] = from[source + column];
  }
}
