/**
 * Attributes of users or items: typed columns, one row an entity, row = dense index.
 * Categorical and multi-valued columns are coded against their own value list; missing is -1, an empty list, NaN or ''.
 */

export interface CategoricalColumn {
  readonly kind: 'categorical';
  /** Index into `values`, -1 where missing, `[numRows]`. */
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

export interface MultiValuedColumn {
  readonly kind: 'multi-valued';
  /** Row r has codes[offsets[r] … offsets[r+1]), `[numRows + 1]`. */
  readonly offsets: Int32Array;
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

export interface NumericColumn {
  readonly kind: 'numeric';
  /** NaN where missing, `[numRows]`. */
  readonly numbers: Float64Array;
}

/** Text kept as it is (titles); never modelled, only shown. */
export interface TextColumn {
  readonly kind: 'text';
  readonly texts: readonly string[];
}

export type FeatureColumn = CategoricalColumn | MultiValuedColumn | NumericColumn | TextColumn;

export interface FeatureTable {
  readonly numRows: number;
  readonly columns: Readonly<Record<string, FeatureColumn>>;
}
