/** A condition over the columns of the catalogue, as `parse-condition.ts` makes it of its text. */

export interface ConditionValue {
  readonly text: string;
  /** Character of the condition that it begins with, from 1. */
  readonly at: number;
}

export type Comparison = '=' | '<' | '<=' | '>' | '>=';

/** What is asked of one column; none of them holds of an item without a value there, but `missing`. */
export type ColumnTest =
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly value: ConditionValue }
  /** The value, or one of the list, is one of these. */
  | { readonly kind: 'in'; readonly values: readonly ConditionValue[] }
  /** The list has all of these; the text holds all of these. */
  | { readonly kind: 'contains'; readonly values: readonly ConditionValue[] }
  | { readonly kind: 'missing' }
  /** The column alone: yes, true, or a number other than 0. */
  | { readonly kind: 'holds' };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'test'; readonly column: string; readonly test: ColumnTest; readonly at: number };
