/** What is done with a library that answers with what it should not: each id that comes back is checked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { FaissBytes } from '../../../tests/faiss-bytes.js';
import { encodeFlatIndex, wrapInIdMap } from './faiss-format.js';
import { openIndex } from './open-index.js';

const library = {
  size: 3,
  dimension: 1,
  labels: [] as number[],
  queriesAsked: [] as number[],
  whileRead: () => {},
};
vi.mock('./faiss-backend.js', () => ({
  loadFaissNode: () => ({
    Index: {
      read() {
        library.whileRead();
        return {
          ntotal: () => library.size,
          getDimension: () => library.dimension,
          search(queries: number[], k: number) {
            library.queriesAsked.push(queries.length);
            const labels = queries.flatMap(() => library.labels.slice(0, k));
            return { labels, distances: labels.map(() => 1) };
          },
        };
      },
    },
  }),
}));

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-answers-test-'));
  path = join(folder, 'items.faiss');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function opened(ids?: bigint[]) {
  const flat = encodeFlatIndex(Float32Array.of(1, 3, 2), 1);
  writeFileSync(path, ids ? wrapInIdMap(flat, BigInt64Array.from(ids), { embeddingDim: 1 }) : flat);
  return openIndex(path, { engine: 'faiss' });
}

it.each([
  [undefined, 3],
  [undefined, -2],
  [undefined, 1.5],
  [undefined, Number.NaN],
  [undefined, 2 ** 40],
  [[5n, 700n, 30n], 6],
  [[5n, 700n, 30n], 0],
])('with the ids %s the item %d is never passed on', async (ids, label) => {
  library.labels = [label, -1, -1];
  const searching = opened(ids).search(Float32Array.of(1), 3);
  await expect(searching).rejects.toMatchObject({ code: 'FAISS_ANSWER', exitCode: 3 });
  await expect(searching).rejects.toThrow(
    `${path}: FAISS answered with the item ${label}, which the index does not hold`,
  );
});

it('known items are passed on, without the gaps', async () => {
  library.labels = [-1, 700, 5];
  const { ids } = await opened([5n, 700n, 30n]).search(Float32Array.of(1), 3);
  expect([...ids]).toEqual([5, 700, -1]);
});

it('an answer of another length is refused', async () => {
  library.labels = [0];
  await expect(opened().search(Float32Array.of(1), 3)).rejects.toMatchObject({ code: 'FAISS_ANSWER' });
});

it('queries are asked a few at a time: what a small file makes the library allocate for them is bounded', async () => {
  library.labels = [0];
  library.queriesAsked = [];
  await opened().search(new Float32Array(600), 1);
  expect(library.queriesAsked).toEqual([256, 256, 88]);

  // a table of 1024 × 256 numbers for every query
  const dim = 1024;
  const quantizer = new FaissBytes().code('IxPq').header({ dim, size: 1 }).i64(dim, dim, 8);
  quantizer
    .vector('f32', new Array(dim * 256).fill(1))
    .vector('u8', new Array(dim).fill(7))
    .i32(0)
    .u8(0)
    .i32(0);
  writeFileSync(path, quantizer.bytes());
  Object.assign(library, { size: 1, dimension: dim, queriesAsked: [] });
  const searching = openIndex(path).search(new Float32Array(dim * 200), 1);
  Object.assign(library, { size: 3, dimension: 1 });
  // the fake answers for every number
  await expect(searching).rejects.toMatchObject({ code: 'FAISS_ANSWER' });
  expect(library.queriesAsked).toEqual([dim * 128]);
});

it('a file that is another one when the library reads it is refused', () => {
  library.size = 4;
  expect(() => opened()).toThrow(`${path}: it changed while it was read; open it again`);
  library.size = 3;
  library.dimension = 2;
  expect(() => opened()).toThrow(/it changed while it was read/);
  library.dimension = 1;
  library.whileRead = () => writeFileSync(path, encodeFlatIndex(Float32Array.of(1, 3, 2, 4), 1));
  expect(() => opened()).toThrow(/it changed while it was read/);
  library.whileRead = () => {
    throw new Error('no such index');
  };
  expect(() => opened()).toThrow(`${path}: FAISS refuses the index (no such index); export it again`);
  library.whileRead = () => {};
});
