/**
 * The forms in which vectors of rows are written, by name. All of a side stand under the names of the rows: `items.npy` and
 * `item_ids.txt`, `items.csv`, … Parquet has both sides in one file, as a bundle does.
 */
import { join } from 'node:path';
import { writeNewFile } from '../../core/disk/durable-write.js';
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ExampleCoder } from '../../core/tfrecord/examples.js';
import { RecordFrames } from '../../core/tfrecord/record-frames.js';
import { buildFaissIndex } from '../../retrieval/faiss/faiss-build.js';
import { encodeIdList } from '../id-list.js';
import { encodeNpy } from '../npy.js';
import { csvCell, shortestFloat } from '../number-text.js';
import { type ParquetSide, writeEmbeddingsParquet } from '../parquet.js';
import { encodeArrowFile } from './arrow-file.js';
import { encodeFvecs } from './fvecs.js';
import { encodeSafetensors } from './safetensors.js';

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
  arrow: (folder, { sides, embeddingDim }) => {
    for (const { side, ids, vectors } of sides) {
      writeNewFile(join(folder, `${side}s.arrow`), encodeArrowFile(ids, vectors, embeddingDim));
    }
  },
  csv: (folder, { sides, embeddingDim }) => {
    const names = Array.from({ length: embeddingDim }, (_, d) => `v${d}`);
    const header = `${['id', ...names].join(',')}\n`;
    const lineOf = (id: string, numbers: readonly string[]): string => `${[csvCell(id), ...numbers].join(',')}\n`;
    for (const side of sides) writeLines(join(folder, `${side.side}s.csv`), side, embeddingDim, { header, lineOf });
  },
  jsonl: (folder, { sides, embeddingDim }) => {
    const lineOf = (id: string, numbers: readonly string[]): string =>
      `{"id":${JSON.stringify(id)},"vector":[${numbers.join(',')}]}\n`;
    for (const side of sides) writeLines(join(folder, `${side.side}s.jsonl`), side, embeddingDim, { lineOf });
  },
  fvecs: (folder, { sides, embeddingDim }) => {
    for (const { side, ids, vectors } of sides) {
      writeNewFile(join(folder, `${side}s.fvecs`), encodeFvecs(vectors, ids.length, embeddingDim));
    }
  },
  safetensors: (folder, { sides, embeddingDim, createdBy }) => {
    const matrices = sides.map(({ side, ids, vectors }) => ({
      name: `${side}s`,
      shape: [ids.length, embeddingDim] as const,
      values: vectors,
    }));
    writeNewFile(join(folder, 'embeddings.safetensors'), ...encodeSafetensors(matrices, { createdBy }));
  },
  word2vec: (folder, { sides, embeddingDim }) => {
    const lineOf = (id: string, numbers: readonly string[]): string => `${[word(id), ...numbers].join(' ')}\n`;
    for (const side of sides) {
      const header = `${side.ids.length} ${embeddingDim}\n`;
      writeLines(join(folder, `${side.side}s.word2vec.txt`), side, embeddingDim, { header, lineOf });
    }
  },
  projector: (folder, { sides, embeddingDim }) => {
    for (const side of sides) {
      const vectorOf = (_: string, numbers: readonly string[]): string => `${numbers.join('\t')}\n`;
      writeLines(join(folder, `${side.side}s.vectors.tsv`), side, embeddingDim, { lineOf: vectorOf });
      writeLines(join(folder, `${side.side}s.metadata.tsv`), side, embeddingDim, { lineOf: (id) => `${label(id)}\n` });
    }
  },
  tfrecord: (folder, { sides, embeddingDim }) => {
    const frames = new RecordFrames();
    const examples = new ExampleCoder();
    for (const { side, ids, vectors } of sides) {
      const records = ids.map((id, row) => {
        const values = vectors.subarray(row * embeddingDim, (row + 1) * embeddingDim);
        return frames.frame(examples.encode({ id: { kind: 'text', values: [id] }, vector: { kind: 'float', values } }));
      });
      writeNewFile(join(folder, `${side}s.tfrecord`), ...records);
    }
  },
  faiss: async (folder, { sides, embeddingDim }) => {
    for (const { side, vectors } of sides) {
      writeNewFile(join(folder, `${side}s.faiss`), await buildFaissIndex(vectors, embeddingDim));
    }
  },
} as const satisfies Record<string, Writer>);
export type VectorFormat = keyof typeof VECTOR_FORMATS;
export const VECTOR_FORMAT_NAMES = Object.keys(VECTOR_FORMATS) as VectorFormat[];

/** What a bundle has not anyway. */
export const FURTHER_FORMATS = VECTOR_FORMAT_NAMES.filter((name) => !['npy', 'parquet', 'faiss'].includes(name));

/** @throws ConfigError `VECTOR_FORMAT` for a name that is not among those allowed */
export function refuseFormats(formats: readonly string[], allowed: readonly string[]): void {
  const unknown = formats.find((format) => !allowed.includes(format));
  if (unknown === undefined) return;
  const message = `format: expected one or more of ${allowed.join(', ')}, got "${unknown}"${didYouMean(unknown, allowed)}`;
  throw new ConfigError('VECTOR_FORMAT', message);
}

/** Of which files hold no ids: the lists of ids stand beside them. */
const WITHOUT_IDS: readonly VectorFormat[] = ['npy', 'fvecs', 'safetensors', 'faiss'];

/** Writes the vectors in the formats, into a folder that has none of these files. */
export async function writeVectorFiles(
  folder: string,
  vectors: WrittenVectors,
  formats: readonly VectorFormat[],
): Promise<void> {
  for (const format of new Set(formats)) await VECTOR_FORMATS[format](folder, vectors);
}

/** Writes the vectors in the formats, and where their rows have no names in the file the lists of ids. */
export async function writeVectors(
  folder: string,
  vectors: WrittenVectors,
  formats: readonly VectorFormat[],
): Promise<void> {
  await writeVectorFiles(folder, vectors, formats);
  if (!formats.some((format) => WITHOUT_IDS.includes(format))) return;
  for (const { side, ids } of vectors.sides) writeNewFile(join(folder, `${side}_ids.txt`), encodeIdList(ids).text);
}

interface Lines {
  readonly header?: string;
  lineOf(id: string, numbers: readonly string[]): string;
}

function writeLines(
  path: string,
  { ids, vectors }: ParquetSide,
  embeddingDim: number,
  { header, lineOf }: Lines,
): void {
  const parts: Uint8Array[] = header === undefined ? [] : [Buffer.from(header)];
  for (let first = 0; first < ids.length; first += ROWS_AT_ONCE) {
    const lines = ids.slice(first, first + ROWS_AT_ONCE).map((id, i) => {
      const row = vectors.subarray((first + i) * embeddingDim, (first + i + 1) * embeddingDim);
      return lineOf(id, Array.from(row, shortestFloat));
    });
    parts.push(Buffer.from(lines.join('')));
  }
  writeNewFile(path, ...parts);
}

/** A word of word2vec's text format ends at white space: that is escaped, as id lists escape line breaks, and the backslash itself. */
function word(id: string): string {
  return id.replace(/[\\\s]|\p{Surrogate}/gu, (character) => (character === '\\' ? '\\\\' : escaped(character)));
}

/** A line of a table. */
const label = (id: string): string => encodeIdList([id]).text.slice(0, -1).replaceAll('\t', '\\t');

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
