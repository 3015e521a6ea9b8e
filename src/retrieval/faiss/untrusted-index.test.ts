/** Files of unknown origin: what ended the process or answered with memory of the process is refused. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../../core/errors.js';
import { Rng } from '../../core/rng.js';
import { loadFaissNode } from './faiss-backend.js';
import { buildFaissIndex } from './faiss-build.js';
import { encodeFlatIndex } from './faiss-format.js';
import { openIndex } from './open-index.js';

const hasFaiss = loadFaissNode() !== undefined;
const DIM = 4;
const SIZE = 90;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-untrusted-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function opened(bytes: Uint8Array) {
  const path = join(folder, 'items.faiss');
  writeFileSync(path, bytes);
  return openIndex(path);
}

const random = Rng.of(5, 'untrusted');
const items = Float32Array.from({ length: SIZE * DIM }, () => random.normal());
const allAlike = new Float32Array(SIZE * DIM).fill(0.5);

describe.skipIf(!hasFaiss)('whole files of every kind', () => {
  it.each<[string, Float32Array]>([
    ['Flat', items],
    ['IVF3,Flat', items],
    // all in one list: FAISS writes the sizes of the others not at all
    ['IVF8,Flat', allAlike],
    ['HNSW2', items],
    ['HNSW16', items],
    ['PQ2x4', items],
    ['PQ4x6', items],
    ['IVF2,PQ1x5', items],
    ['IVF3,PQ4x4', allAlike],
  ])('%s opens', async (factory, vectors) => {
    const index = opened(await buildFaissIndex(vectors, DIM, { factory }));
    expect(index).toMatchObject({ factory, size: SIZE, idLimit: SIZE });
    const { ids } = await index.search(vectors.subarray(0, DIM), 5);
    for (const id of ids) expect(id >= -1 && id < SIZE).toBe(true);
  });

  it.each([1, 2, 3, 17])('a graph of %i nodes opens', async (size) => {
    const index = opened(await buildFaissIndex(items.subarray(0, size * DIM), DIM, { factory: 'HNSW4' }));
    expect((await index.search(items.subarray(0, DIM), 1)).ids[0]).toBeGreaterThanOrEqual(0);
  });
});

describe.skipIf(!hasFaiss)('crafted files', () => {
  /** From the end: the vectors with code, header and count, then beam, efSearch, efConstruction, top level. */
  const storage = 4 + 33 + 8 + 4 * DIM * SIZE;
  const idMap = 8 + 8 * SIZE;

  it.each<[string, string, (view: DataView) => void, RegExp]>([
    [
      'entry point',
      'HNSW4',
      (view) => view.setInt32(view.byteLength - idMap - storage - 20, 1 << 20, true),
      /entry point of its graph is 1048576/,
    ],
    [
      'neighbour',
      'HNSW4',
      (view) => view.setInt32(view.byteLength - idMap - storage - 24, SIZE, true),
      /has the neighbour 90, expected -1 … 89/,
    ],
    [
      'id in a list',
      'IVF2,Flat',
      (view) => view.setBigInt64(view.byteLength - idMap - 8, 1n << 40n, true),
      /a list holds the id 1099511627776/,
    ],
    [
      'id in a list of codes',
      'IVF2,PQ2x4',
      (view) => view.setBigInt64(view.byteLength - idMap - 8, -1n, true),
      /a list holds the id -1, expected 0 … 89/,
    ],
    [
      'id in the id map',
      'IVF2,Flat',
      (view) => view.setBigInt64(view.byteLength - 8, 0n, true),
      /its id map has the id 0 twice/,
    ],
  ])('with an %s out of range are refused', async (_, factory, spoil, message) => {
    const bytes = await buildFaissIndex(items, DIM, { factory });
    spoil(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    expect(() => opened(bytes)).toThrow(DataError);
    expect(() => opened(bytes)).toThrow(message);
  });
});

it('numbers that are not finite are refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => opened(encodeFlatIndex(Float32Array.of(1, 2, value), 1))).toThrow(
      `the vectors hold ${value} at position 2, expected numbers`,
    );
  }
});

it('a file too large for memory is refused before it is read', () => {
  const path = join(folder, 'large.faiss');
  writeFileSync(path, 'IxMp');
  truncateSync(path, 2 ** 40);
  expect(() => openIndex(path)).toThrow(/it has 1099511627776 bytes; up to \d+ can be read/);
  rmSync(path);
});

it('what is no file is refused at once, a pipe too', () => {
  const missing = join(folder, 'missing.faiss');
  expect(() => openIndex(missing)).toThrow(`${missing}: there is no such file; expected a FAISS index`);
  const below = join(folder, 'folder.faiss');
  mkdirSync(below);
  expect(() => openIndex(below)).toThrow(/it is no ordinary file/);
  if (process.platform === 'win32') return;
  const pipe = join(folder, 'pipe.faiss');
  execFileSync('mkfifo', [pipe]);
  expect(() => openIndex(pipe)).toThrow(DataError);
});
