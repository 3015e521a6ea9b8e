/**
 * Cells as they come from outside (texts, numbers, lists: from CSV, JSON, the command line) → typed columns. Reading a table
 * and encoding a single later row both go through here, so that they take a cell for the same.
 */
import { DataError } from '../../core/errors.js';
import type { FeatureColumn, MultiValuedColumn } from '../feature-table.js';
import { trimBlanks } from '../readers/blanks.js';
import { LEAST_DATE, secondsOfIsoDate, TimestampParser } from '../readers/timestamp-parser.js';
import { Vocabulary } from '../vocabulary.js';
import type { FeatureCell } from './feature-cell.js';
import type { FieldKind } from './field-options.js';
import { DEFAULT_SEPARATOR } from './multi-valued-field.js';
import { VectorRows } from './vector-rows.js';

/** What the cells of a column are taken for. */
interface CellForm {
  /** Of the column. */
  readonly name: string;
  readonly kind: FieldKind;
  /** Between the values of a text, where they are several. */
  readonly separator?: string;
  /** Whether values of a multi-valued cell have weights. */
  readonly weighted?: boolean;
  /** Length of vectors; that of the first one where absent. */
  readonly dim?: number;
}

/** Told of a cell that is no number or no instant, with its row from 0. */
export type OnBadCell = (row: number, cell: string) => void;
/** Told of a cell that can't be used, and what was expected and came. */
export type OnWrongCell = (row: number, message: string) => void;

/**
 * Values are numbered in the order of first use.
 *
 * @param onBadCell such cells count as missing
 * @param onWrongCell if it returns, such cells count as missing too
 * @returns a row a cell
 * @throws DataError `DATA_FEATURE_CELL` with the row from 0, where there is no `onWrongCell`
 */
export function columnOfCells(
  form: CellForm,
  cells: readonly (FeatureCell | undefined)[],
  onBadCell: OnBadCell = () => {},
  onWrongCell: OnWrongCell = refuseCell(form.name),
): FeatureColumn {
  const { kind, separator = DEFAULT_SEPARATOR } = form;
  switch (kind) {
    case 'text':
      return { kind, texts: cells.map((cell) => textOf(cell, separator)) };
    case 'numeric':
      return { kind, numbers: quantities(cells, separator, Number, onBadCell) };
    case 'time':
      return { kind, seconds: quantities(cells, separator, secondsOfInstant, onBadCell) };
    case 'categorical': {
      const values = new Vocabulary();
      const codes = Int32Array.from(cells, (cell) => {
        const text = textOf(cell, separator);
        return text === '' ? -1 : values.add(text);
      });
      return { kind, codes, values: values.ids };
    }
    case 'multi-valued': {
      const texts = cells.map((cell) => textOf(cell, separator));
      return multiValuedColumn(texts, { separator, weighted: form.weighted ?? false }, onWrongCell);
    }
    case 'vector': {
      const rows = new VectorRows(form.dim);
      for (const [row, cell] of cells.entries()) {
        const problem = rows.set(row, cell ?? null, separator);
        if (problem !== undefined) onWrongCell(row, problem);
      }
      return rows.finish(cells.length);
    }
  }
}

/** Without the blanks around it; lists as they stand in a cell. */
function textOf(cell: FeatureCell | undefined, separator: string): string {
  if (cell === undefined || cell === null) return '';
  if (typeof cell === 'object') return trimBlanks(cell.join(separator));
  return trimBlanks(String(cell));
}

function quantities(
  cells: readonly (FeatureCell | undefined)[],
  separator: string,
  quantityOf: (text: string) => number,
  onBadCell: OnBadCell,
): Float64Array {
  return Float64Array.from(cells, (cell, row) => {
    const text = textOf(cell, separator);
    if (text === '') return Number.NaN;
    const quantity = quantityOf(text);
    if (Number.isFinite(quantity)) return quantity;
    onBadCell(row, text);
    return Number.NaN;
  });
}

const YEAR = /^[12]\d{3}$/;
const MONTH = /^\d{4}-\d\d$/;

/**
 * Seconds since 1970 of a number of seconds, milli-, micro- or nanoseconds, as its size shows, or of an ISO date, of which a
 * year or a month is enough; NaN for anything else, smaller numbers included.
 */
export function secondsOfInstant(text: string): number {
  if (YEAR.test(text)) return secondsOfIsoDate(`${text}-01-01`);
  if (MONTH.test(text)) return secondsOfIsoDate(`${text}-01`);
  if (Math.abs(Number(text)) < LEAST_DATE) return Number.NaN;
  return new TimestampParser().ofText(text);
}

function multiValuedColumn(
  texts: readonly string[],
  { separator, weighted }: { readonly separator: string; readonly weighted: boolean },
  onWrongCell: OnWrongCell,
): MultiValuedColumn {
  const values = new Vocabulary();
  const offsets = new Int32Array(texts.length + 1);
  const codes: number[] = [];
  const weights: number[] = [];
  for (const [row, text] of texts.entries()) {
    const own = new Map<string, number>();
    for (const part of text.split(separator)) {
      const { value, weight } = weighted ? weightedValue(part) : { value: trimBlanks(part), weight: 1 };
      if (value === '') continue;
      if (!(Math.fround(weight) > 0 && Number.isFinite(Math.fround(weight)))) {
        onWrongCell(row, `expected a positive weight after the colon, got ${JSON.stringify(trimBlanks(part))}`);
        continue;
      }
      own.set(value, (own.get(value) ?? 0) + weight);
    }
    for (const [value, weight] of own) {
      codes.push(values.add(value));
      weights.push(weight);
    }
    offsets[row + 1] = codes.length;
  }
  const column = { kind: 'multi-valued', offsets, codes: Int32Array.from(codes), values: values.ids } as const;
  return weighted ? { ...column, weights: Float32Array.from(weights) } : column;
}

/** `a:2`; NaN for what is no number. */
function weightedValue(part: string): { value: string; weight: number } {
  const colon = part.lastIndexOf(':');
  if (colon < 0) return { value: trimBlanks(part), weight: 1 };
  const weight = trimBlanks(part.slice(colon + 1));
  return { value: trimBlanks(part.slice(0, colon)), weight: weight === '' ? Number.NaN : Number(weight) };
}

function refuseCell(name: string): OnWrongCell {
  return (row, message) => {
    throw new DataError('DATA_FEATURE_CELL', `feature "${name}", row ${row}: ${message}`);
  };
}
