/**
 * What an entity without an id row of its own borrows (`coldStart.neighbours`):
 *
 *   borrowed = Σ_j n_j row_j     n_j = cos(i, j)^power ÷ Σ cos^power, over the `numNeighbors` lenders of nearest content
 *
 * Lenders are the entities with a training edge, row_j what such a run lends of them. Content is that of
 * `retrieval/content/content-of-fields.ts`, over the columns that the tower reads.
 */
import { ShapeError } from '../../core/errors.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import { contentOfFields } from '../content/content-of-fields.js';
import { ContentIndex, type ContentRows, unitContentRows } from '../content/content-rows.js';
import { type Borrowing, nearestShares } from '../content/nearest-content.js';

export interface LenderRows {
  readonly borrowing: Borrowing;
  /** A row a lender. */
  readonly content: ContentRows;
  /** What each lends, `[numLenders, embeddingDim]`. */
  readonly rows: Float32Array;
}

export class Lenders {
  private readonly index: ContentIndex;

  /** @throws ShapeError where content and rows are not of as many lenders */
  constructor(
    readonly lent: LenderRows,
    private readonly embeddingDim: number,
  ) {
    const { content, rows } = lent;
    const numLenders = content.offsets.length - 1;
    if (rows.length !== numLenders * embeddingDim) {
      throw new ShapeError(`lenders: expected ${numLenders} × ${embeddingDim} numbers, got ${rows.length}`);
    }
    this.index = new ContentIndex(content);
  }

  /**
   * Adds what each entity borrows to its vector.
   * @param vectors `[numRows, embeddingDim]`
   * @param fields of the tower's columns, `[numRows]` rows each
   */
  lendTo(vectors: Float32Array, fields: readonly EncodedField[]): void {
    const { embeddingDim } = this;
    const { borrowing, rows } = this.lent;
    const content = unitContentRows(contentOfFields(fields));
    for (let row = 0; row * embeddingDim < vectors.length; row++) {
      for (const { id, share } of nearestShares(this.index.scoresFor(content, row), borrowing)) {
        for (let d = 0; d < embeddingDim; d++) vectors[row * embeddingDim + d] += share * rows[id * embeddingDim + d];
      }
    }
  }
}
