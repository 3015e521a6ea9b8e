/**
 * Ids and vectors of a Parquet file: a column of ids and a column of lists of numbers, a row group at a time (hyparquet).
 */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { DataError } from '../../../core/errors.js';
import { didYouMean } from '../../../core/nearest-name.js';
import { ownValue } from '../../../core/outside/own-keys.js';
import { columnByName } from '../../readers/column-roles.js';
import type { FeatureSide } from '../feature-context.js';

interface ParquetColumns {
  readonly side: FeatureSide;
  /** Column of the ids; found by its name where undefined. */
  readonly ids: string | undefined;
  /** Column of the lists. */
  readonly vectors: string;
}

/**
 * @param visit is given each row, from 0: its id ('' where missing) and what is in the list column
 * @returns the number of rows
 * @throws DataError `DATA_VECTORS` when it is no such file, `DATA_NO_COLUMN`
 */
export async function forEachParquetRow(
  path: string,
  columns: ParquetColumns,
  visit: (row: number, id: string, cell: unknown) => void,
): Promise<number> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const refused = (cause: unknown): DataError => {
    if (cause instanceof DataError) return cause;
    const reason = (cause as Error).message;
    const message = `not readable as Parquet (${reason}); write it with the compression snappy, gzip, brotli or none`;
    return new DataError('DATA_VECTORS', message, { cause, location: { file: path } });
  };
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const names = namesOf(metadata.schema);
    const idName = columns.ids ?? names[idColumn(names, columns.side)];
    for (const name of [idName, columns.vectors]) {
      if (name !== undefined && names.includes(name)) continue;
      const expected = name === undefined ? `a column with the ${columns.side} ids` : `a column "${name}"`;
      const message = `expected ${expected}${didYouMean(name ?? '', names)}, got ${names.join(', ')}`;
      throw new DataError('DATA_NO_COLUMN', message, { location: { file: path } });
    }
    let row = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = row + Number(group.num_rows);
      const wanted = [idName, columns.vectors];
      const rows = await parquetReadObjects({ file, metadata, columns: wanted, compressors, rowStart: row, rowEnd });
      for (const each of rows) {
        visit(row++, String(ownValue(each, idName) ?? ''), ownValue(each, columns.vectors));
      }
    }
    return row;
  } catch (error) {
    throw refused(error);
  }
}

const compressors = {
  GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input)),
  BROTLI: (input: Uint8Array) => new Uint8Array(brotliDecompressSync(input)),
};

/** Names right below the root of the schema, which is stored depth first. */
function namesOf(schema: readonly { readonly name: string; readonly num_children?: number }[]): string[] {
  const names: string[] = [];
  let at = 1;
  const skip = (): void => {
    const children = schema[at++]?.num_children ?? 0;
    for (let child = 0; child < children; child++) skip();
  };
  while (at < schema.length) {
    names.push(schema[at].name);
    skip();
  }
  return names;
}

function idColumn(names: readonly string[], side: FeatureSide): number {
  const found = columnByName(names, side);
  return found >= 0 ? found : names.findIndex((name) => name.toLowerCase() === 'id');
}
