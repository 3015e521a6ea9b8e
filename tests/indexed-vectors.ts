/** Vectors for the tests of FAISS indexes, the truth about them, and indexes of them as files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { Rng } from '../src/core/rng.js';
import { loadFaissNode } from '../src/retrieval/faiss/faiss-backend.js';
import { type BuildIndexOptions, buildFaissIndex } from '../src/retrieval/faiss/faiss-build.js';
import { type OpenIndexOptions, openIndex } from '../src/retrieval/faiss/open-index.js';
import type { VectorIndex } from '../src/retrieval/vector-index.js';

export const hasFaiss = loadFaissNode() !== undefined;
if (!hasFaiss)
  console.warn('faiss-node is not built here: IVF, HNSW and PQ are not tested (node scripts/setup-faiss.mjs)');

export const DIM = 16;
export const SIZE = 800;
export const QUERIES = 40;

/** Vectors around some centres, as trained items are; unit length. */
function clustered(size: number, label: string): Float32Array {
  const centres = Rng.of(3, 'centres');
  const centre = Float32Array.from({ length: 20 * DIM }, () => centres.normal());
  const rng = Rng.of(3, label);
  const vectors = new Float32Array(size * DIM);
  for (let row = 0; row < size; row++) {
    const from = rng.integer(20) * DIM;
    const vector = vectors.subarray(row * DIM, (row + 1) * DIM);
    for (let i = 0; i < DIM; i++) vector[i] = centre[from + i] + 0.5 * rng.normal();
    const length = Math.hypot(...vector);
    for (let i = 0; i < DIM; i++) vector[i] /= length;
  }
  return vectors;
}

export const items = clustered(SIZE, 'items');
export const queries = clustered(QUERIES, 'queries');

/** Oracle: every product in double precision, sorted. */
export function exactIds(query: number, k: number): number[] {
  const score = (item: number) => {
    let sum = 0;
    for (let i = 0; i < DIM; i++) sum += queries[query * DIM + i] * items[item * DIM + i];
    return sum;
  };
  const scores = Array.from({ length: SIZE }, (_, item) => score(item));
  return [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b).slice(0, k);
}

/** Where the files of a suite lie; gone after it. */
export const folder = mkdtempSync(join(tmpdir(), 'twinlight-index-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
export function opened(bytes: Uint8Array, options?: OpenIndexOptions): VectorIndex {
  const path = join(folder, `${files++}.faiss`);
  writeFileSync(path, bytes);
  return openIndex(path, options);
}
export const built = async (options: BuildIndexOptions, opening?: OpenIndexOptions) =>
  opened(await buildFaissIndex(items, DIM, options), opening);

export async function recallOf(index: VectorIndex, k = 10): Promise<number> {
  const { ids } = await index.search(queries, k);
  let hits = 0;
  for (let query = 0; query < QUERIES; query++) {
    const wanted = new Set(exactIds(query, k));
    for (const id of ids.subarray(query * k, (query + 1) * k)) if (wanted.has(id)) hits++;
  }
  return hits / (QUERIES * k);
}
