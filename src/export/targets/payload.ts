/**
 * What is published beside the vectors: columns of a table of items, chosen by name and kind, e.g. `title,year:number,genres:list`.
 * Texts lose the character U+0000, and halves of surrogate pairs become U+FFFD, which no store takes.
 */
import { ConfigError, DataError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import type { Reporter } from '../../core/reporter.js';
import { type FeatureRows, readFeatureRows } from '../../data/index.js';
import type { PayloadColumn, PayloadValue } from './vector-target.js';

export interface PayloadOptions {
  /** Table of items: CSV, TSV, JSON lines or RecBole, also gzip. */
  readonly file: string;
  readonly columns: readonly PayloadColumn[];
  /** Column of the ids; found by its name where absent. */
  readonly id?: string;
  /** Between the values of lists; `|` by default. */
  readonly separator?: string;
}

export interface Payload {
  readonly columns: readonly PayloadColumn[];
  /** Of each item, parallel to the columns; null where nothing is known. */
  readonly values: readonly (readonly PayloadValue[])[];
}

const KINDS: readonly string[] = ['text', 'number', 'list'];
/** What all stores take as a name. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,59}$/;
const OURS: readonly string[] = ['id', 'vector'];
const SEPARATOR = '|';

/** @throws ConfigError `PUBLISH_PAYLOAD` */
export function parsePayloadColumns(text: string): PayloadColumn[] {
  const columns = text.split(',').map((part) => {
    const [name, kind = 'text'] = part.split(':').map((word) => word.trim());
    if (KINDS.includes(kind)) return { name, kind: kind as PayloadColumn['kind'] };
    throw wrong(
      `"${part.trim()}": expected ${KINDS.join(', ')} after the colon, got "${kind}"${didYouMean(kind, KINDS)}`,
    );
  });
  refuseNames(columns.map(({ name }) => name));
  return columns;
}

/** @throws ConfigError `PUBLISH_PAYLOAD` for a name that comes twice, is ours, or that some store doesn't take */
export function refuseNames(names: readonly string[]): void {
  const again = names.find((name, i) => names.indexOf(name) < i);
  if (again !== undefined) throw wrong(`"${again}" is named twice`);
  for (const name of names) {
    if (OURS.includes(name.toLowerCase()))
      throw wrong(`"${name}" is a column of every published table; rename it where it comes from`);
    if (!NAME.test(name)) {
      throw wrong(
        `"${name}" is no name that every store takes: letters a-z, digits and _, 60 at most; rename it where it comes from`,
      );
    }
  }
}

/**
 * @param ids of the items, in the order wanted
 * @throws ConfigError `PUBLISH_PAYLOAD` for a column that the file lacks; DataError `PUBLISH_NUMBER` with file and line
 */
export async function readPayload(
  ids: readonly string[],
  { file, columns, id, separator = SEPARATOR }: PayloadOptions,
  reporter: Reporter,
): Promise<Payload> {
  const rows = await readFeatureRows(file, 'item', { id, separator }, reporter);
  for (const note of rows.notes) reporter.warn(note);
  const there = [...rows.cells.keys()];
  const absent = columns.find(({ name }) => !rows.cells.has(name));
  if (absent)
    throw wrong(`${file} has no column "${absent.name}"${didYouMean(absent.name, there)}; it has ${there.join(', ')}`);
  const rowOf = new Map(rows.ids.map((known, row) => [known, row]));
  const values = ids.map((item) => {
    const row = rowOf.get(item);
    return columns.map((column) => (row === undefined ? null : payloadValue(column, row, { rows, file, separator })));
  });
  const without = ids.filter((item) => !rowOf.has(item)).length;
  if (without > 0) reporter.warn(`${file} has no row for ${without} of ${ids.length} items: their columns stay empty`);
  return { columns, values };
}

interface Source {
  readonly rows: FeatureRows;
  readonly file: string;
  readonly separator: string;
}

function payloadValue({ name, kind }: PayloadColumn, row: number, { rows, file, separator }: Source): PayloadValue {
  const cell = rows.cells.get(name)![row];
  if (cell === '') return null;
  if (kind === 'text') return writable(cell);
  if (kind === 'list') return cell.split(separator).map((part) => writable(part.trim()));
  const number = Number(cell);
  if (Number.isFinite(number) && cell.trim() !== '') return number;
  const message = `expected a number in column "${name}", got ${JSON.stringify(cell).slice(0, 60)}; publish it as text`;
  throw new DataError('PUBLISH_NUMBER', message, { location: { file, line: rows.lines[row] } });
}

export const writable = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\0', '');

const wrong = (problem: string): ConfigError => new ConfigError('PUBLISH_PAYLOAD', `columns to publish: ${problem}`);
