/**
 * The forms in which vectors of rows are written, by name. All of a side stand under the names of the rows: `items.npy` and
 * `item_ids.txt`, `items.csv`, … Parquet has both sides in one file, as a bundle does.
 */
import { join } from 'node:path';
import { writeNewFile } from '../../core/disk/durable-write.js';
import { buildFaissIndex } from '../../retrieval/faiss/faiss-build.js';
import { encodeIdList } from '../id-list.js';
import { encodeNpy } from '../npy.js';
import { csvCell, shortestFloat } from '../number-text.js';
import { type ParquetSide, writeEmbeddingsParquet } from '../parquet.js';

/** Rows that are written at a time. */
const ROWS_AT_ONCE = 10_000;

interface WrittenVectors {
  readonly embeddingDim: number;
  readonly sides: readonly ParquetSide[];
  readonly createdBy: string;
}

type Writer = (folder: string, vectors: WrittenVectors) => Promise<void> | void;

const VECTOR_FORMATS = Object.freeze({
  npy: (folder, { sides, embeddingDim }) => {
    for (const { side, ids, vectors } of sides) {
      writeNewFile(join(folder, `${side}s.npy`), encodeNpy(vectors, [ids.length, embeddingDim]));
    }
  },
  parquet: (folder, { sides, embeddingDim, createdBy }) =>
    writeEmbeddingsParquet(join(folder, 'embeddings.parquet'), sides, embeddingDim, createdBy),
  csv: (folder, { sides, embeddingDim }) => {
    const names = Array.from({ length: embeddingDim }, (_, d) => `v${d}`);
    const header = Buffer.from(`${['id', ...names].join(',')}\n`);
    const lineOf = (id: string, numbers: readonly string[]): string => `${[csvCell(id), ...numbers].join(',')}\n`;
    for (const side of sides) writeLines(join(folder, `${side.side}s.csv`), side, embeddingDim, { header, lineOf });
  },
  jsonl: (folder, { sides, embeddingDim }) => {
    const lineOf = (id: string, numbers: readonly string[]): string =>
      `{"id":${JSON.stringify(id)},"vector":[${numbers.join(',')}]}\n`;
    for (const side of sides) writeLines(join(folder, `${side.side}s.jsonl`), side, embeddingDim, { lineOf });
  },
  faiss: async (folder, { sides, embeddingDim }) => {
    for (const { side, vectors } of sides) {
      writeNewFile(join(folder, `${side}s.faiss`), await buildFaissIndex(vectors, embeddingDim));
    }
  },
} as const satisfies Record<string, Writer>);
export type VectorFormat = keyof typeof VECTOR_FORMATS;
export const VECTOR_FORMAT_NAMES = Object.keys(VECTOR_FORMATS) as VectorFormat[];

/** Writes the vectors in the formats, and where their rows have no names in the file (npy, faiss) the lists of ids. */
export async function writeVectors(
  folder: string,
  vectors: WrittenVectors,
  formats: readonly VectorFormat[],
): Promise<void> {
  for (const format of formats) await VECTOR_FORMATS[format](folder, vectors);
  if (!formats.includes('npy') && !formats.includes('faiss')) return;
  for (const { side, ids } of vectors.sides) writeNewFile(join(folder, `${side}_ids.txt`), encodeIdList(ids).text);
}

interface Lines {
  readonly header?: Uint8Array;
  lineOf(id: string, numbers: readonly string[]): string;
}

function writeLines(
  path: string,
  { ids, vectors }: ParquetSide,
  embeddingDim: number,
  { header, lineOf }: Lines,
): void {
  const parts: Uint8Array[] = header ? [header] : [];
  for (let first = 0; first < ids.length; first += ROWS_AT_ONCE) {
    const lines = ids.slice(first, first + ROWS_AT_ONCE).map((id, i) => {
      const row = vectors.subarray((first + i) * embeddingDim, (first + i + 1) * embeddingDim);
      return lineOf(id, Array.from(row, shortestFloat));
    });
    parts.push(Buffer.from(lines.join('')));
  }
  writeNewFile(path, ...parts);
}
