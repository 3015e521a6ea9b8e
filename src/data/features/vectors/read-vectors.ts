/**
 * A vector column that has a file of its own: a NumPy file with the ids of its rows beside it, or a list column of Parquet.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DataError } from '../../../core/errors.js';
import type { FeatureCell } from '../../fields/feature-cell.js';
import type { FieldOptionsOf } from '../../fields/field-options.js';
import { VectorRows } from '../../fields/vector-rows.js';
import { trimBlanks } from '../../readers/blanks.js';
import { SourceFile } from '../../readers/text/source-file.js';
import type { FeatureContext, FeatureSide } from '../feature-context.js';
import type { FeatureEntities } from '../feature-entities.js';
import { forEachNpyRow } from './npy-rows.js';
import { forEachParquetRow } from './parquet-rows.js';

/** What a file of vectors is read for. */
interface VectorRequest {
  readonly side: FeatureSide;
  /** Of the column; in Parquet that of the list column. */
  readonly name: string;
  readonly options: FieldOptionsOf<'vector'>;
  /** Of the interactions. */
  readonly folder: string;
}

/** Rows of entities, and the paths of what was read. */
interface ReadVectors {
  readonly rows: VectorRows;
  readonly paths: readonly string[];
}

/**
 * @throws DataError `DATA_MISSING_FILE`, `DATA_VECTORS`, `DATA_NO_COLUMN`; `DATA_BAD_ROW` for vectors of another length and
 *   for ids that come again
 */
export async function readVectors(
  { side, name, options, folder }: VectorRequest,
  entities: FeatureEntities,
  context: FeatureContext,
): Promise<ReadVectors> {
  const path = join(folder, options.path!);
  requireFile(path, `data.${side}Features.columns.${name}.path`);
  const collector = new VectorFileRows(entities, context);
  const isParquet = /\.parquet$/i.test(path);
  const paths = isParquet
    ? await readParquet(path, { side, ids: options.ids, vectors: name }, collector)
    : await readNpy(path, { side, name, options, folder }, collector, context);
  if (collector.numUnknown > 0) {
    context.notes.push(`${basename(path)}: ${collector.numUnknown} vectors of ids that are no ${side} were left out`);
  }
  const numWithout = entities.size - collector.numKnown;
  if (numWithout > 0)
    context.notes.push(`${basename(path)}: ${numWithout} of ${entities.size} ${side}s have no vector`);
  return { rows: collector.rows, paths };
}

async function readNpy(
  path: string,
  { side, name, options, folder }: VectorRequest,
  collector: VectorFileRows,
  context: FeatureContext,
): Promise<string[]> {
  const idsPath = options.ids === undefined ? `${path.replace(/\.npy$/i, '')}.ids.txt` : join(folder, options.ids);
  requireFile(idsPath, `data.${side}Features.columns.${name}.ids: the id of each row, an id a line`);
  const ids: string[] = [];
  await new SourceFile(idsPath).forEachLine(context.reporter, (bytes, start, end) => {
    ids.push(trimBlanks(bytes.toString('utf8', start, end).replace(/\r$/, '')));
  });
  while (ids.at(-1) === '') ids.pop();
  const numRows = forEachNpyRow(path, (row, vector) =>
    collector.add(ids[row], vector, { file: idsPath, line: row + 1 }),
  );
  if (numRows !== ids.length) {
    const message = `expected an id a row of ${basename(path)}, which has ${numRows}, got ${ids.length}`;
    throw new DataError('DATA_VECTORS', message, { location: { file: idsPath } });
  }
  return [path, idsPath];
}

async function readParquet(
  path: string,
  columns: { readonly side: FeatureSide; readonly ids: string | undefined; readonly vectors: string },
  collector: VectorFileRows,
): Promise<string[]> {
  await forEachParquetRow(path, columns, (row, id, cell) => {
    collector.add(id, (cell ?? null) as FeatureCell, { file: path, line: row + 1 });
  });
  return [path];
}

function requireFile(path: string, key: string): void {
  if (existsSync(path)) return;
  throw new DataError('DATA_MISSING_FILE', `no such file (${key})`, { location: { file: path } });
}

class VectorFileRows {
  readonly rows = new VectorRows(undefined);
  private readonly seen = new Set<number>();
  numUnknown = 0;

  constructor(
    private readonly entities: FeatureEntities,
    private readonly context: FeatureContext,
  ) {}

  get numKnown(): number {
    return this.seen.size;
  }

  /** @param location of the id; rows of binary files count as lines, from 1 */
  add(id: string | undefined, cell: FeatureCell, location: { readonly file: string; readonly line: number }): void {
    const { badRows } = this.context;
    if (id === undefined || id === '') {
      badRows.reject(location, 'expected an id, got none');
      return;
    }
    const index = this.entities.indexOf(id);
    if (index === undefined) {
      this.numUnknown++;
      return;
    }
    if (this.seen.has(index)) {
      badRows.reject(location, `expected one vector for each id, got "${id}" again`);
      return;
    }
    this.seen.add(index);
    const problem = this.rows.set(index, cell, ' ');
    if (problem !== undefined) badRows.reject(location, `the vector of "${id}": ${problem}`);
  }
}
