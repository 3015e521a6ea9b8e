/**
 * Attribute cells of the entities that the interactions know, as texts, before their kinds are decided.
 */

import { UnicodeForms } from '../plausibility/unicode-forms.js';
import type { BadRows } from '../readers/bad-rows.js';
import { HeaderRow } from '../readers/header-row.js';
import type { RowCells } from '../readers/row-cells.js';
import { REPLACEMENT } from '../readers/text/utf8-check.js';
import type { Vocabulary } from '../vocabulary.js';

/** What a format declares about a column; undefined where the content has to decide. */
export type DeclaredKind = 'categorical' | 'multi-valued' | 'numeric' | undefined;

export interface RawColumn {
  readonly name: string;
  readonly declared: DeclaredKind;
  /** '' where missing, by dense index, `[numEntities]`. */
  readonly texts: string[];
}

export interface RawFeatures {
  readonly columns: readonly RawColumn[];
  /** Rows of the file whose id no interaction names. */
  readonly numUnknown: number;
  /** One of these ids that was not UTF-8. */
  readonly garbledId: string | undefined;
  /** How many of these ids are known in another Unicode form. */
  readonly numRespelt: number;
  /** Rows that are the header once more. */
  readonly numHeaders: number;
  /** Entities that have a row. */
  readonly numKnown: number;
}

export class RawFeatureCollector {
  private readonly columns: RawColumn[];
  private readonly hasRow: Uint8Array;
  private numUnknown = 0;
  private garbledId: string | undefined;
  private numKnown = 0;
  private numRespelt = 0;
  private numHeaders = 0;
  private forms: UnicodeForms | undefined;
  private readonly header: HeaderRow;

  /**
   * @param fields all columns of the file; the one at `idColumn` holds the ids
   * @param ids the entities that count; others are left out
   * @param header cells of the header, where the file has one
   */
  constructor(
    private readonly fields: readonly { name: string; declared: DeclaredKind }[],
    private readonly idColumn: number,
    private readonly ids: Vocabulary,
    private readonly badRows: BadRows,
    private readonly file: string,
    header?: readonly string[],
  ) {
    this.header = new HeaderRow(header);
    this.hasRow = new Uint8Array(ids.size);
    this.columns = fields.map((field) => ({ ...field, texts: new Array<string>(ids.size).fill('') }));
  }

  /** @param line counts from 1 */
  add(cells: RowCells, line: number): void {
    const { fields, idColumn, badRows, file } = this;
    if (this.header.isAgain(cells)) {
      this.numHeaders++;
      return;
    }
    if (cells.numCells !== fields.length) {
      const names = fields.map(({ name }) => name).join(', ');
      badRows.reject({ file, line }, `expected ${fields.length} columns (${names}), got ${cells.numCells}`);
      return;
    }
    const id = cells.text(idColumn);
    const location = { file, line, column: idColumn + 1 };
    if (id === '') {
      badRows.reject(location, 'expected an id, got an empty cell');
      return;
    }
    const index = this.ids.indexOf(id);
    if (index === undefined) {
      this.numUnknown++;
      if (id.includes(REPLACEMENT)) this.garbledId ??= id;
      this.forms ??= new UnicodeForms(this.ids.ids);
      if (this.forms.otherSpelling(id) !== undefined) this.numRespelt++;
      return;
    }
    if (this.hasRow[index]) {
      badRows.reject(location, `expected one row for each id, got "${id}" again`);
      return;
    }
    this.hasRow[index] = 1;
    this.numKnown++;
    for (let column = 0; column < fields.length; column++) {
      if (column !== idColumn) this.columns[column].texts[index] = cells.text(column);
    }
  }

  finish(): RawFeatures {
    return {
      columns: this.columns.filter((_, column) => column !== this.idColumn),
      numUnknown: this.numUnknown,
      garbledId: this.garbledId,
      numRespelt: this.numRespelt,
      numHeaders: this.numHeaders,
      numKnown: this.numKnown,
    };
  }
}
