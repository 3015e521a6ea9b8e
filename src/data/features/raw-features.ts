/**
 * Attribute cells of the entities that count, as texts, before their kinds are decided; vectors as numbers, since their texts
 * would take several times the memory.
 */

import { VectorRows } from '../fields/vector-rows.js';
import { UnicodeForms } from '../plausibility/unicode-forms.js';
import type { BadRows } from '../readers/bad-rows.js';
import { HeaderRow } from '../readers/header-row.js';
import type { RowCells } from '../readers/row-cells.js';
import { REPLACEMENT } from '../readers/text/utf8-check.js';
import type { FeatureEntities } from './feature-entities.js';

/** What a format declares about a column; undefined where the content has to decide. */
export type DeclaredKind = 'categorical' | 'multi-valued' | 'numeric' | 'vector' | undefined;

export interface RawColumn {
  readonly name: string;
  readonly declared: DeclaredKind;
  /** '' where missing, by dense index, `[numEntities]`; empty where there are `vectors`. */
  readonly texts: string[];
  /** Where the column was told to be one of vectors. */
  readonly vectors?: VectorRows;
}

export interface RawFeatures {
  readonly columns: readonly RawColumn[];
  /** Line of each entity's row, from 1; 0 where it has none, `[numEntities]`. */
  readonly lines: readonly number[];
  /** Rows of the file whose id is that of no entity. */
  readonly numUnknown: number;
  /** One of these ids that was not UTF-8. */
  readonly garbledId: string | undefined;
  /** How many of these ids are known in another Unicode form. */
  readonly numRespelt: number;
  /** Rows that are the header once more. */
  readonly numHeaders: number;
}

/** What a reader knows before the first row. */
interface RawFeatureForm {
  /** All columns of the file; the one at `idColumn` holds the ids. */
  readonly fields: readonly { readonly name: string; readonly declared: DeclaredKind }[];
  readonly idColumn: number;
  /** Columns that are to be parsed as vectors. */
  readonly vectorNames: ReadonlySet<string>;
  /** Between the numbers of a vector, besides blanks and commas. */
  readonly separator: string;
  /** Path, for messages. */
  readonly file: string;
  /** Cells of the header, where the file has one. */
  readonly header?: readonly string[];
}

export class RawFeatureCollector {
  private readonly columns: RawColumn[];
  private readonly lines: number[];
  private numUnknown = 0;
  private garbledId: string | undefined;
  private numRespelt = 0;
  private numHeaders = 0;
  private forms: UnicodeForms | undefined;
  private readonly header: HeaderRow;

  /** @param entities those that count; the rows of others are left out */
  constructor(
    private readonly form: RawFeatureForm,
    private readonly entities: FeatureEntities,
    private readonly badRows: BadRows,
  ) {
    this.header = new HeaderRow(form.header);
    this.lines = new Array<number>(entities.size).fill(0);
    this.columns = form.fields.map((field) =>
      form.vectorNames.has(field.name)
        ? { ...field, texts: [], vectors: new VectorRows(undefined) }
        : { ...field, texts: new Array<string>(entities.size).fill('') },
    );
  }

  /** @param line counts from 1 */
  add(cells: RowCells, line: number): void {
    const { badRows } = this;
    const { fields, idColumn, file } = this.form;
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
    const index = this.entities.indexOf(id);
    if (index === undefined) {
      this.countUnknown(id);
      return;
    }
    if (this.lines[index] > 0) {
      badRows.reject(location, `expected one row for each id, got "${id}" again`);
      return;
    }
    this.lines[index] = line;
    for (const [column, { name, texts, vectors }] of this.columns.entries()) {
      if (column === idColumn) continue;
      const text = cells.text(column);
      if (vectors === undefined) texts[index] = text;
      const problem = vectors?.set(index, text, this.form.separator);
      if (problem !== undefined) badRows.reject({ file, line, column: column + 1 }, `${problem} in column "${name}"`);
    }
  }

  private countUnknown(id: string): void {
    this.numUnknown++;
    if (id.includes(REPLACEMENT)) this.garbledId ??= id;
    this.forms ??= new UnicodeForms(this.entities.vocabulary.ids);
    if (this.forms.otherSpelling(id) !== undefined) this.numRespelt++;
  }

  finish(): RawFeatures {
    return {
      columns: this.columns.filter((_, column) => column !== this.form.idColumn),
      lines: this.lines,
      numUnknown: this.numUnknown,
      garbledId: this.garbledId,
      numRespelt: this.numRespelt,
      numHeaders: this.numHeaders,
    };
  }
}
