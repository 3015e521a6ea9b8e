/** Bundles to be published: random vectors, ids that are awkward everywhere. */
import { join } from 'node:path';
import { Vocabulary } from '../src/data/vocabulary.js';
import { exportRun } from '../src/export/export-run.js';
import { fakeRun } from './fake-run.js';
import { randomMatrix } from './random-arrays.js';

export interface TestBundle {
  readonly folder: string;
  readonly embeddingDim: number;
  readonly itemIds: readonly string[];
  readonly userIds: readonly string[];
  readonly items: Float32Array;
  readonly users: Float32Array;
}

const DIM = 8;

/** What the bundle knows of an item. */
export const titleOf = (row: number): string => `The "${row}" of 'em 😀`;

export const AWKWARD_IDS: readonly string[] = Object.freeze([
  `it's "quoted" \\ and back`,
  "'; DROP TABLE twinlight_items; --",
  'two\nlines\r\n\tand a tab',
  'ünï 😀 日本語 \u202e',
  'e\u0301',
  '\u00e9',
  '\u0001\u001b[31m\u007f',
  '{"a": [1, null]}',
  '%s $1 {0} :id',
  ' spaces around ',
  'NULL',
  'A',
  'a',
  '007',
  '7',
  '1e3',
  `long ${'x'.repeat(2_000)}`,
]);

/**
 * @param label of the random numbers
 * @param normalized vectors of length 1; else of very different lengths
 */
export async function testBundle(
  work: string,
  label: string,
  {
    numItems = 400,
    numUsers = 60,
    normalized = true,
    ids = AWKWARD_IDS,
  }: {
    readonly numItems?: number;
    readonly numUsers?: number;
    readonly normalized?: boolean;
    readonly ids?: readonly string[];
  } = {},
): Promise<TestBundle> {
  const titles = { kind: 'text' as const, texts: Array.from({ length: numItems }, (_, row) => titleOf(row)) };
  const itemFeatures = { numRows: numItems, columns: { title: titles } };
  const run = fakeRun({ folder: join(work, label), numItems, numUsers, graph: { itemFeatures } });
  const itemIds = Array.from({ length: numItems }, (_, row) => ids[row] ?? `i${row}`);
  const userIds = Array.from({ length: numUsers }, (_, row) => ids[row] ?? `u${row}`);
  const items = scaled(randomMatrix(numItems, DIM, `${label} items`), normalized);
  const users = scaled(randomMatrix(numUsers, DIM, `${label} users`), normalized);
  const graph = { ...run.graph, items: Vocabulary.from(itemIds), users: Vocabulary.from(userIds) };
  const embeddings = { embeddingDim: DIM, items, users, normalized };
  const { bundle } = await exportRun({ ...run, graph, embeddings }, { overwrite: true });
  return { folder: bundle, embeddingDim: DIM, itemIds, userIds, items, users };
}

function scaled(rows: Float32Array, normalized: boolean): Float32Array {
  for (let start = 0; start < rows.length; start += DIM) {
    const row = rows.subarray(start, start + DIM);
    const length = normalized ? Math.hypot(...row) : 1 / (1 + ((start / DIM) % 7));
    for (let d = 0; d < DIM; d++) row[d] /= length;
  }
  return rows;
}

/** The ids with the largest inner products, best first: the definition. */
export function exactTop({ items, itemIds, embeddingDim }: TestBundle, vector: Float32Array, topK: number): string[] {
  const scores = itemIds.map((id, row) => {
    let score = 0;
    for (let d = 0; d < embeddingDim; d++) score += vector[d] * items[row * embeddingDim + d];
    return { id, score };
  });
  return scores
    .sort((a, b) => b.score - a.score)
    .slice(0, topK)
    .map(({ id }) => id);
}

export const userOf = ({ users, embeddingDim }: TestBundle, row: number): Float32Array =>
  users.subarray(row * embeddingDim, (row + 1) * embeddingDim);
