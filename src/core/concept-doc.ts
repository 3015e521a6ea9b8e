/**
 * What a registry says about an entry: the text that `twinlight explain` prints. Options and defaults are not repeated
 * here, they come from the entry's schema.
 */

export interface ConceptDoc {
  /** The formula, in plain text. */
  readonly formula: string;
  /** When to use it. */
  readonly when: string;
  /** What goes wrong with it. */
  readonly goesWrong: string;
  /** Authors, year, arXiv number or venue; "ours" with a reason where there is none. */
  readonly source: string;
}
