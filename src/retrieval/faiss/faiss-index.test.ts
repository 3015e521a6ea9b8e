import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../core/errors.js';
import { raggedFromPairs } from '../../core/ragged.js';
import type { Reporter } from '../../core/reporter.js';
import { Rng } from '../../core/rng.js';
import { searchExcluding } from '../search-excluding.js';
import type { VectorIndex } from '../vector-index.js';
import { faissNodePath, loadFaissNode } from './faiss-backend.js';
import { type BuildIndexOptions, buildFaissIndex, runFaissJob } from './faiss-build.js';
import { encodeFlatIndex, wrapInIdMap } from './faiss-format.js';
import { type OpenIndexOptions, openIndex } from './faiss-index.js';
import { readFaissLayout } from './faiss-layout.js';

const hasFaiss = loadFaissNode() !== undefined;
if (!hasFaiss)
  console.warn('faiss-node is not built here: IVF, HNSW and PQ are not tested (node scripts/setup-faiss.mjs)');

const DIM = 16;
const SIZE = 800;
const QUERIES = 40;

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

const items = clustered(SIZE, 'items');
const queries = clustered(QUERIES, 'queries');

/** Oracle: every product in double precision, sorted. */
function exactIds(query: number, k: number): number[] {
  const score = (item: number) => {
    let sum = 0;
    for (let i = 0; i < DIM; i++) sum += queries[query * DIM + i] * items[item * DIM + i];
    return sum;
  };
  const scores = Array.from({ length: SIZE }, (_, item) => score(item));
  return [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b).slice(0, k);
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-index-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function opened(bytes: Uint8Array, options?: OpenIndexOptions): VectorIndex {
  const path = join(folder, `${files++}.faiss`);
  writeFileSync(path, bytes);
  return openIndex(path, options);
}
const built = async (options: BuildIndexOptions, opening?: OpenIndexOptions) =>
  opened(await buildFaissIndex(items, DIM, options), opening);

async function recallOf(index: VectorIndex, k = 10): Promise<number> {
  const { ids } = await index.search(queries, k);
  let hits = 0;
  for (let query = 0; query < QUERIES; query++) {
    const wanted = new Set(exactIds(query, k));
    for (const id of ids.subarray(query * k, (query + 1) * k)) if (wanted.has(id)) hits++;
  }
  return hits / (QUERIES * k);
}

describe.each(hasFaiss ? (['own', 'faiss'] as const) : (['own'] as const))('a flat index searched by %s', (engine) => {
  it('finds what comparing everything finds', async () => {
    const index = await built({}, { engine });
    expect(index).toMatchObject({ factory: 'Flat', engine, isExact: true, size: SIZE, embeddingDim: DIM });
    const top = await index.search(queries, 10);
    for (let query = 0; query < QUERIES; query++) {
      expect([...top.ids.subarray(query * 10, query * 10 + 10)]).toEqual(exactIds(query, 10));
    }
  });

  it('answers with the ids of its id map', async () => {
    const ids = BigInt64Array.of(700n, 30n, 5n);
    const bytes = wrapInIdMap(encodeFlatIndex(Float32Array.of(1, 3, 2), 1), ids, { embeddingDim: 1 });
    const { ids: found, scores } = await opened(bytes, { engine }).search(Float32Array.of(2), 2);
    expect([...found]).toEqual([30, 5]);
    expect([...scores]).toEqual([6, 4]);
  });

  it('works without an id map', async () => {
    const index = opened(encodeFlatIndex(Float32Array.of(1, 3, 2), 1), { engine });
    expect([...(await index.search(Float32Array.of(1), 1)).ids]).toEqual([1]);
  });

  it('puts equal scores in the order of ids', async () => {
    const index = opened(encodeFlatIndex(new Float32Array(30).fill(1), 1), { engine });
    const { ids } = await index.search(Float32Array.of(2), 30);
    expect([...ids]).toEqual([...Array(30).keys()]);
  });

  it('leaves gaps where k exceeds the number of vectors, also when there are none', async () => {
    const index = opened(encodeFlatIndex(Float32Array.of(1, 3), 1), { engine });
    const top = await index.search(Float32Array.of(1, -1), 3);
    expect([...top.ids]).toEqual([1, 0, -1, 0, 1, -1]);
    expect(top.scores[2]).toBe(Number.NEGATIVE_INFINITY);
    const empty = opened(encodeFlatIndex(new Float32Array(0), 1), { engine });
    expect([...(await empty.search(Float32Array.of(1), 2)).ids]).toEqual([-1, -1]);
  });

  it('refuses what would end the process', async () => {
    const index = await built({}, { engine });
    await expect(index.search(new Float32Array(DIM + 1), 3)).rejects.toThrow(/no whole number of rows of 16/);
    await expect(index.search(queries, 0)).rejects.toThrow(/k: expected an integer of at least 1, got 0/);
    await expect(index.search(queries, 1.5)).rejects.toThrow(/got 1.5/);
  });

  it('leaves out what a user must not get', async () => {
    const index = await built({}, { engine });
    const banned = raggedFromPairs(Int32Array.of(0, 0, 1), Int32Array.from([...exactIds(5, 3).slice(0, 2), 9]), 2);
    const ofUsers = queries.subarray(5 * DIM, 7 * DIM);
    const { ids } = await searchExcluding(index, ofUsers, 4, banned);
    expect([...ids.subarray(0, 4)]).toEqual(exactIds(5, 6).slice(2));
    expect([...ids.subarray(4)]).toEqual(
      exactIds(6, 5)
        .filter((id) => id !== 9)
        .slice(0, 4),
    );
    await expect(searchExcluding(index, queries, 4, banned)).rejects.toThrow(
      /exclude \(rows\): expected length 40, got 2/,
    );
  });
});

describe.skipIf(!hasFaiss)('indexes that FAISS builds', () => {
  it.each([
    ['IVF16,Flat', 0.6],
    ['HNSW16', 0.95],
    ['PQ8', 0.5],
    ['PQ8x5', 0.3],
    ['IVF8,PQ8x6', 0.3],
  ])('%s is read back, and finds most of the best', async (factory, least) => {
    const index = await built({ factory });
    expect(index).toMatchObject({ factory, engine: 'faiss', isExact: false, size: SIZE });
    expect(await recallOf(index)).toBeGreaterThan(least);
  });

  it('are the same bytes every time, graphs too', async () => {
    for (const factory of ['HNSW8', 'IVF16,Flat']) {
      const [first, second] = [
        await buildFaissIndex(items, DIM, { factory }),
        await buildFaissIndex(items, DIM, { factory }),
      ];
      expect(Buffer.compare(first, second)).toBe(0);
    }
  });

  it('search as many clusters as nprobe says: all of them is exact, fewer is monotonically worse', async () => {
    const recalls: number[] = [];
    for (const nprobe of [1, 4, 16]) {
      const index = await built({ factory: 'IVF16,Flat', nprobe });
      expect(index.nprobe).toBe(nprobe);
      recalls.push(await recallOf(index));
    }
    expect(recalls[2]).toBe(1);
    expect(recalls[0]).toBeLessThan(recalls[1]);
    expect(recalls[1]).toBeLessThanOrEqual(recalls[2]);
    expect((await built({ factory: 'IVF16,Flat' })).nprobe).toBe(4);
  });

  it('walk graphs with the queue that efSearch says', async () => {
    const [narrow, wide] = [
      await built({ factory: 'HNSW4', efSearch: 1 }),
      await built({ factory: 'HNSW4', efSearch: 800 }),
    ];
    expect([narrow.efSearch, wide.efSearch]).toEqual([1, 800]);
    expect(await recallOf(wide, 1)).toBeGreaterThan(await recallOf(narrow, 1));
  });

  it('give inner products as scores', async () => {
    for (const factory of ['IVF16,Flat', 'HNSW16']) {
      const top = await (await built({ factory })).search(queries, 1);
      for (let query = 0; query < QUERIES; query++) {
        let product = 0;
        for (let i = 0; i < DIM; i++) product += queries[query * DIM + i] * items[top.ids[query] * DIM + i];
        expect(top.scores[query]).toBeCloseTo(product, 5);
      }
    }
  });

  it('come back with fewer than asked for when the searched clusters hold no more', async () => {
    const { ids } = await (await built({ factory: 'IVF16,Flat', nprobe: 1 })).search(queries, SIZE);
    expect(ids.includes(-1)).toBe(true);
    for (let query = 0; query < QUERIES; query++) {
      const row = [...ids.subarray(query * SIZE, (query + 1) * SIZE)];
      expect(row.slice(row.indexOf(-1)).every((id) => id === -1)).toBe(true);
    }
  });

  it('refuse a file that was cut or lengthened instead of ending the process', async () => {
    for (const factory of ['IVF16,Flat', 'HNSW4', 'PQ8x4', 'IVF8,PQ4x4']) {
      const bytes = await buildFaissIndex(items, DIM, { factory });
      for (let cut = 1; cut <= 50; cut++) {
        const shorter = bytes.subarray(0, Math.floor((bytes.length * cut) / 51));
        expect(() => readFaissLayout(shorter, 'x')).toThrow(DataError);
      }
      expect(() => readFaissLayout(Buffer.concat([bytes, Buffer.of(0)]), 'x')).toThrow(/1 bytes follow/);
    }
  });

  it('refuse a file whose sizes contradict each other', async () => {
    for (const factory of ['IVF16,Flat', 'HNSW4', 'PQ8x4', 'IVF8,PQ4x4']) {
      const bytes = await buildFaissIndex(items, DIM, { factory });
      const inner = 4 + 33;
      // one vector more, in the header of the index alone and then in that of the id map too
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      view.setBigInt64(inner + 8, BigInt(SIZE + 1), true);
      expect(() => readFaissLayout(bytes, 'x')).toThrow(DataError);
      view.setBigInt64(8, BigInt(SIZE + 1), true);
      expect(() => readFaissLayout(bytes, 'x')).toThrow(DataError);
    }
  });

  it('warn when there are few vectors to a cluster', async () => {
    const warnings: string[] = [];
    const reporter: Reporter = {
      info() {},
      warn: (text) => warnings.push(text),
      progress: () => ({ update() {}, finish() {} }),
    };
    await buildFaissIndex(items, DIM, { factory: 'IVF64,Flat', reporter });
    expect(warnings).toEqual([
      expect.stringMatching(/IVF64 needs at least 64 \(recommended 2,496\).*IVF16,Flat fits better/),
    ]);
  });
});

it('an index whose ids or metric cannot be served is refused', () => {
  const flat = encodeFlatIndex(Float32Array.of(1), 1);
  for (const id of [-1n, 2n ** 31n]) {
    const bytes = wrapInIdMap(flat, BigInt64Array.of(id), { embeddingDim: 1 });
    expect(() => opened(bytes)).toThrow(/ids outside 0 … 2147483647/);
  }
  expect(() => opened(encodeFlatIndex(Float32Array.of(1), 1, 'l2'))).toThrow(/its metric is l2; only inner product/);
});

it.skipIf(!hasFaiss)('an error that ends the process of FAISS is an error here', async () => {
  const vectors = join(folder, 'five.f32');
  writeFileSync(vectors, new Float32Array(10));
  const job = {
    faissNode: faissNodePath(),
    vectors,
    embeddingDim: 2,
    size: 5,
    trainRows: 5,
    out: join(folder, 'none'),
  };
  await expect(runFaissJob({ ...job, factory: 'IVF100,Flat' })).rejects.toThrow(
    /^FAISS could not build the index "IVF100,Flat": .*training points \(5\)/,
  );
  const toNowhere = runFaissJob({ ...job, factory: 'Flat', out: join(folder, 'no folder', 'x') });
  await expect(toNowhere).rejects.toMatchObject({
    code: 'FAISS_FAILED',
    message: expect.stringMatching(/could not open/),
  });
  await expect(runFaissJob({ ...job, factory: 'nonsense' })).rejects.toThrow(/could not parse/);
});

it.skipIf(!hasFaiss)('an index that only FAISS searches is refused by our own code', async () => {
  await expect(built({ factory: 'IVF8,Flat' }, { engine: 'own' })).rejects.toThrow(/searched by FAISS only/);
});

describe('building an index', () => {
  it.each<[BuildIndexOptions, RegExp]>([
    [{ factory: 'IVF900,Flat' }, /needs at least 900 .* use IVF16/],
    [{ factory: 'PQ5' }, /5 parts do not divide the dimension 16/],
    [{ factory: 'nonsense' }, /expected one of Flat/],
    [{ factory: 'Flat', nprobe: 4 }, /nprobe belongs to IVF indexes; index "Flat" has none/],
    [{ factory: 'IVF8,Flat', efSearch: 4 }, /efSearch belongs to HNSW indexes/],
    [{ factory: 'IVF8,Flat', nprobe: 9 }, /expected an integer from 1 to 8, got 9/],
    [{ factory: 'HNSW8', efSearch: 0.5 }, /got 0.5/],
  ])('refuses %j', async (options, message) => {
    const building = buildFaissIndex(items, DIM, options);
    await expect(building).rejects.toThrow(message);
    await expect(building).rejects.toThrow(ConfigError);
  });

  it('refuses numbers that are not finite', async () => {
    const broken = items.slice();
    broken[3 * DIM + 2] = Number.NaN;
    await expect(buildFaissIndex(broken, DIM)).rejects.toThrow(/item 3 has NaN in dimension 2/);
    await expect(buildFaissIndex(new Float32Array(5), 2)).rejects.toThrow(/no whole number of rows of 2/);
  });
});
