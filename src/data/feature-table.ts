/**
 * Attributes of users or items: typed columns, one row an entity, row = dense index.
 * Categorical and multi-valued columns are coded against their own value list; missing is -1, an empty list, NaN or ''.
 * What the encoding of a column was asked to be stands beside it (`options`); absent, the defaults of its kind hold.
 */
import type { FieldOptionsOf } from './fields/field-options.js';

export interface CategoricalColumn {
  readonly kind: 'categorical';
  /** Index into `values`, -1 where missing, `[numRows]`. */
  readonly codes: Int32Array;
  readonly values: readonly string[];
  readonly options?: FieldOptionsOf<'categorical'>;
}

export interface MultiValuedColumn {
  readonly kind: 'multi-valued';
  /** Row r has codes[offsets[r] … offsets[r+1]), `[numRows + 1]`. */
  readonly offsets: Int32Array;
  /** Distinct within a row. */
  readonly codes: Int32Array;
  readonly values: readonly string[];
  /** Positive, parallel to `codes`; absent means all 1. */
  readonly weights?: Float32Array;
  readonly options?: FieldOptionsOf<'multi-valued'>;
}

export interface NumericColumn {
  readonly kind: 'numeric';
  /** NaN where missing, `[numRows]`. */
  readonly numbers: Float64Array;
  readonly options?: FieldOptionsOf<'numeric'>;
}

/** Text kept as it is: titles, descriptions. */
export interface TextColumn {
  readonly kind: 'text';
  /** '' where missing, `[numRows]`. */
  readonly texts: readonly string[];
  readonly options?: FieldOptionsOf<'text'>;
}

/** Dense vectors made elsewhere: of texts, images, language models. */
export interface VectorColumn {
  readonly kind: 'vector';
  /** Length of every vector. */
  readonly dim: number;
  /** Row-major, a row all finite, or all NaN where missing, `[numRows, dim]`. */
  readonly numbers: Float32Array;
  readonly options?: FieldOptionsOf<'vector'>;
}

/** Instants: when an item came out, when a user signed up. */
export interface TimeColumn {
  readonly kind: 'time';
  /** Since 1970, NaN where missing, `[numRows]`. */
  readonly seconds: Float64Array;
  readonly options?: FieldOptionsOf<'time'>;
}

export type FeatureColumn =
  | CategoricalColumn
  | MultiValuedColumn
  | NumericColumn
  | TextColumn
  | VectorColumn
  | TimeColumn;

export interface FeatureTable {
  readonly numRows: number;
  readonly columns: Readonly<Record<string, FeatureColumn>>;
}
