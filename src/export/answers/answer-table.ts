/** Tables that come block by block, a typed array or list a column: what answers for many are written from, in any format. */

export type TableColumn =
  | { readonly name: string; readonly kind: 'text' | 'whole' | 'number' }
  | { readonly name: string; readonly kind: 'vector'; readonly dim: number };

/** Texts, whole numbers, numbers, each `[numRows]`, or vectors, `[numRows, dim]` row-major. */
export type ColumnValues = readonly string[] | Int32Array | Float32Array;

export interface TableBlock {
  readonly numRows: number;
  /** In the order of the columns. */
  readonly values: readonly ColumnValues[];
}

export interface StreamedTable {
  readonly columns: readonly TableColumn[];
  readonly blocks: AsyncIterable<TableBlock>;
}
