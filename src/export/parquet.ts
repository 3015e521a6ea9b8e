/**
 * All embeddings in one Parquet file for pandas, DuckDB, Spark and Arrow, by hyparquet-writer:
 *
 *   side    string           'item' or 'user'
 *   row     int32            row in items.npy or users.npy
 *   id      string           external id
 *   vector  list of float    [embeddingDim]
 *
 * Parquet knows no lists of fixed size. The schema as Arrow has it stands in the metadata (`ARROW:schema`), so that pyarrow and Polars open vectors as
 * such lists; other readers pass over it.
 *
 * Items come first, then users, in row groups of one side each, so that a filter on `side` reads only its part.
 */
import { fileWriter, ParquetWriter } from 'hyparquet-writer';

/** Rows a row group: the library holds one group as plain numbers in memory. */
const ROWS_A_GROUP = 16_384;

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

const SCHEMA: Schema = [
  { name: 'root', num_children: 4 },
  { name: 'side', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'row', type: 'INT32', repetition_type: 'REQUIRED' },
  { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'vector', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
];

/**
 * The schema as pyarrow 26 writes it, for a list size that is put in: side, row and id, then vector as a list of so many elements of float, none of
 * them nullable.
 */
const ARROW_SCHEMA =
  '/////0ABAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAQAAADkAAAAnAAAAHQAAAAEAAAAPP///wAAABAUAAAAJAAAAAQAAAAB' +
  'AAAAIAAAAAYAAAB2ZWN0b3IAAAAABgAIAAQABgAAAAAAAAB0////AAAAAxAAAAAgAAAABAAAAAAAAAAHAAAAZWxlbWVudAAAAAYACAAGAAYAAAAAAAEAqP///wAA' +
  'AAUQAAAAFAAAAAQAAAAAAAAAAgAAAGlkAACU////zP///wAAAAIQAAAAHAAAAAQAAAAAAAAAAwAAAHJvdwAIAAwACAAHAAgAAAAAAAABIAAAABAAFAAIAAAABwAM' +
  'AAAAEAAQAAAAAAAABRAAAAAcAAAABAAAAAAAAAAEAAAAc2lkZQAAAAAEAAQABAAAAA==';
/** Where the list size stands in it, int32. */
const LIST_SIZE_AT = 124;

function arrowSchema(embeddingDim: number): string {
  const bytes = Buffer.from(ARROW_SCHEMA, 'base64');
  bytes.writeInt32LE(embeddingDim, LIST_SIZE_AT);
  return bytes.toString('base64');
}

export interface ParquetSide {
  readonly side: 'item' | 'user';
  readonly ids: readonly string[];
  /** `[ids.length, embeddingDim]` row-major. */
  readonly vectors: Float32Array;
}

/** Writes the file at `path`; the sides in the order given. */
export async function writeEmbeddingsParquet(
  path: string,
  sides: readonly ParquetSide[],
  embeddingDim: number,
  createdBy: string,
): Promise<void> {
  const kvMetadata = [{ key: 'ARROW:schema', value: arrowSchema(embeddingDim) }];
  const writer = new ParquetWriter({ writer: fileWriter(path), schema: SCHEMA, createdBy, kvMetadata });
  for (const { side, ids, vectors } of sides) {
    for (let first = 0; first < ids.length; first += ROWS_A_GROUP) {
      const rows = Array.from({ length: Math.min(ROWS_A_GROUP, ids.length - first) }, (_, i) => first + i);
      const vectorOf = (row: number) => Array.from(vectors.subarray(row * embeddingDim, (row + 1) * embeddingDim));
      await writer.write({
        rowGroupSize: ROWS_A_GROUP,
        columnData: [
          { name: 'side', data: rows.map(() => side) },
          { name: 'row', data: rows },
          { name: 'id', data: rows.map((row) => ids[row]) },
          // trained numbers neither repeat nor compress, so nothing is tried
          { name: 'vector', data: rows.map(vectorOf), encoding: 'PLAIN', codec: 'UNCOMPRESSED', statistics: false },
        ],
      });
    }
  }
  await writer.finish();
}
