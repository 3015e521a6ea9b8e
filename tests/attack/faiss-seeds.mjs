/**
 * The whole files that the fuzzer spoils: a small index of every kind that twinlight writes, with and without id map,
 * and a bundle to put them into.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeIdList } from '../../dist/export/id-list.js';
import { encodeNpy } from '../../dist/export/npy.js';
import { buildFaissIndex } from '../../dist/index.js';

export const DIM = 8;
const NUM_USERS = 3;

/** Factory string, vectors, and whether all of them lie in one cluster, which makes the lists sparse. */
const KINDS = [
  // FAISS searches in another way for the best 100 and more
  { name: 'flat', factory: 'Flat', size: 130 },
  { name: 'ivf-flat', factory: 'IVF4,Flat', size: 80, nprobe: 3 },
  { name: 'ivf-flat-sparse', factory: 'IVF8,Flat', size: 60, areAlike: true, nprobe: 8 },
  { name: 'ivf-flat-many', factory: 'IVF110,Flat', size: 150, nprobe: 105 },
  { name: 'hnsw', factory: 'HNSW4', size: 120, efSearch: 8 },
  { name: 'hnsw-wide', factory: 'HNSW8', size: 150, efSearch: 200 },
  { name: 'pq', factory: 'PQ4x4', size: 60 },
  { name: 'pq-odd-bits', factory: 'PQ8x5', size: 60 },
  { name: 'pq-bytes', factory: 'PQ2', size: 260 },
  { name: 'ivf-pq', factory: 'IVF4,PQ4x4', size: 80, nprobe: 4 },
  { name: 'ivf-pq-odd-bits', factory: 'IVF2,PQ2x7', size: 130, nprobe: 1 },
  { name: 'ivf-pq-bytes', factory: 'IVF2,PQ4', size: 260, nprobe: 2 },
];

/** @returns `[{ name, bytes }]`; only the flat ones where the FAISS library is missing */
export async function buildSeeds({ hasFaiss }) {
  const kinds = KINDS.filter(({ factory }) => hasFaiss || factory === 'Flat');
  const mapped = await Promise.all(
    kinds.map(async ({ name, factory, size, areAlike = false, ...settings }) => ({
      name,
      bytes: await buildFaissIndex(vectors(size, areAlike), DIM, { factory, ...settings }),
    })),
  );
  return [...mapped, ...mapped.map(({ name, bytes }) => ({ name: `${name}-bare`, bytes: withoutIdMap(bytes) }))];
}

/** `[size, DIM]`, the same every time. */
function vectors(size, areAlike) {
  let state = size;
  return Float32Array.from({ length: size * DIM }, (_, at) => {
    if (areAlike) return (at % DIM) + 1;
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The index inside an id map: behind code and header, in front of a count and the ids. */
function withoutIdMap(bytes) {
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(8, true));
  return bytes.slice(37, bytes.length - 8 - 8 * size);
}

/** Writes a bundle around an index whose hash the manifest has. Only what openBundle reads is in it. */
export function writeBundle(folder, index, numItems) {
  mkdirSync(folder, { recursive: true });
  const ids = (side, count) => encodeIdList(Array.from({ length: count }, (_, row) => `${side}${row}`)).text;
  const files = {
    'items.faiss': index,
    'items.npy': encodeNpy(new Float32Array(numItems * DIM).fill(1), [numItems, DIM]),
    'users.npy': encodeNpy(new Float32Array(NUM_USERS * DIM).fill(0.5), [NUM_USERS, DIM]),
    'item_ids.txt': ids('item', numItems),
    'user_ids.txt': ids('user', NUM_USERS),
  };
  const listed = {};
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
    listed[name] = { sha256: createHash('sha256').update(content).digest('hex') };
  }
  const manifest = {
    kind: 'twinlight-bundle',
    formatVersion: 1,
    model: { preset: 'joint' },
    embeddingDim: DIM,
    normalized: true,
    counts: { users: NUM_USERS, items: numItems },
    files: listed,
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}
