/**
 * A feature file → vectors of its rows: those of entities that the model has stay its own, all others are made of their features,
 * and what the model could not use is counted.
 */
import { ConfigError, DataError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import type { Reporter } from '../../core/reporter.js';
import type { Side } from '../../core/side.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import { encodeCells, type FieldEncoding } from '../../data/fields/field-encoding.js';
import { type FeatureRowOptions, type FeatureRows, readFeatureRows } from '../../data/index.js';
import { encodeServed } from '../../retrieval/serving/encode-rows.js';
import { needTower } from '../../retrieval/serving/need-tower.js';
import type { ServedModel } from '../../retrieval/serving/served-model.js';
import { expectedOf, hasUnseen, isKnownRow } from '../../retrieval/towers/feature-row.js';

export interface EncodedFile {
  readonly ids: readonly string[];
  /** `[ids.length, embeddingDim]`. */
  readonly vectors: Float32Array;
  readonly counts: FileCounts;
  /** What was found, a sentence each. */
  readonly notes: readonly string[];
}

export interface FileCounts {
  readonly rows: number;
  /** Rows of entities that the model has: the vectors are its own. */
  readonly hot: number;
  /** Other rows that hold a value which training did not see. */
  readonly unseen: number;
  /** Other rows of which training has seen nothing at all. */
  readonly unknown: number;
  /** Columns of the tower that the file lacks. */
  readonly missingColumns: readonly string[];
  /** Columns of the file that the tower does not read. */
  readonly unusedColumns: readonly string[];
}

/**
 * @throws ConfigError `NO_TOWER`; `UNKNOWN_COLUMN` where the file has none of the tower's columns; DataError `DATA_FEATURE_CELL`
 * with file and line, and what the readers throw
 */
export async function encodeFile(
  model: ServedModel,
  side: Side,
  path: string,
  options: Omit<FeatureRowOptions, 'separator'>,
  reporter: Reporter,
): Promise<EncodedFile> {
  const { encoder } = await needTower(model, side);
  const { fields: encodings } = encoder.form;
  const rows = await readFeatureRows(path, side, { ...options, separator: separatorOf(encodings) }, reporter);
  const columns = compareColumns(encoder.columns, [...rows.cells.keys()], path);
  const bad = new BadCells(path, rows, options.onBadRow ?? 'error');
  const fields = encodings.map((encoding) => fieldOf(encoding, rows, bad));
  const vectors = await encodeServed(model, side, fields);
  const isHot = putOwn(model, side, rows.ids, vectors);
  const made = Array.from(rows.ids.keys()).filter((row) => !isHot[row]);
  return {
    ids: rows.ids,
    vectors,
    counts: {
      rows: rows.ids.length,
      hot: rows.ids.length - made.length,
      unseen: made.filter((row) => hasUnseen(fields, row)).length,
      unknown: made.filter((row) => !isKnownRow(fields, row)).length,
      ...columns,
    },
    notes: [...rows.notes, ...bad.notes()],
  };
}

/** Of lists in JSON; the graph's own, where all its columns of lists have one. */
function separatorOf(encodings: readonly FieldEncoding[]): string | undefined {
  const separators = new Set(encodings.flatMap((field) => (field.kind === 'multi-valued' ? [field.separator] : [])));
  return separators.size === 1 ? [...separators][0] : undefined;
}

function compareColumns(
  read: readonly string[],
  there: readonly string[],
  path: string,
): Pick<FileCounts, 'missingColumns' | 'unusedColumns'> {
  const missingColumns = read.filter((name) => !there.includes(name));
  const unusedColumns = there.filter((name) => !read.includes(name));
  if (missingColumns.length < read.length) return { missingColumns, unusedColumns };
  const named = there.map((name) => `"${name}"${didYouMean(name, read)}`).join(', ');
  throw new ConfigError(
    'UNKNOWN_COLUMN',
    `${path}: the tower reads ${read.join(', ')}, and the file has none of them but ${named || 'no column beside the ids'}`,
  );
}

function fieldOf(encoding: FieldEncoding, { ids, cells }: FeatureRows, bad: BadCells): EncodedField {
  const own = cells.get(encoding.name) ?? new Array<undefined>(ids.length).fill(undefined);
  return encodeCells(
    encoding,
    own,
    (row, cell) =>
      bad.add(encoding.name, row, `expected ${expectedOf(encoding)}, got ${JSON.stringify(cell).slice(0, 60)}`),
    (row, problem) => bad.add(encoding.name, row, problem),
  );
}

/** Cells of the wrong kind: the first one ends it, or they count as missing and are told. */
class BadCells {
  private readonly told = new Map<string, { count: number; first: string }>();

  constructor(
    private readonly path: string,
    private readonly rows: FeatureRows,
    private readonly policy: 'error' | 'skip',
  ) {}

  add(column: string, row: number, problem: string): void {
    const line = this.rows.lines[row];
    if (this.policy === 'error') {
      const message = `${problem} in column "${column}"; mend it, or take such cells for missing with --on-bad-row skip (onBadRow: 'skip')`;
      throw new DataError('DATA_FEATURE_CELL', message, { location: { file: this.path, line } });
    }
    const known = this.told.get(column);
    this.told.set(column, { count: (known?.count ?? 0) + 1, first: known?.first ?? `line ${line}: ${problem}` });
  }

  notes(): string[] {
    return Array.from(this.told, ([column, { count, first }]) => {
      return `${this.path}: ${count} cells of "${column}" count as missing (${first})`;
    });
  }
}

/** Puts the model's own vectors in the place of those that were made. @returns non-zero where there is one, `[ids.length]` */
function putOwn(
  { space, users, items, knows }: ServedModel,
  side: Side,
  ids: readonly string[],
  vectors: Float32Array,
) {
  const vocabulary = side === 'user' ? users : items;
  const isHot = new Uint8Array(ids.length);
  for (const [row, id] of ids.entries()) {
    const index = vocabulary.indexOf(id);
    if (index === undefined || (side === 'user' && !knows(index))) continue;
    const own = space!.rowOf(side, index);
    if (own.every((value) => value === 0)) continue;
    vectors.set(own, row * own.length);
    isHot[row] = 1;
  }
  return isHot;
}
