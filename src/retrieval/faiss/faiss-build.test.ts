import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  built,
  DIM,
  folder,
  hasFaiss,
  items,
  QUERIES,
  queries,
  recallOf,
  SIZE,
} from '../../../tests/indexed-vectors.js';
import { machineCode } from '../../core/disk/process-identity.js';
import { ConfigError, DataError } from '../../core/errors.js';
import type { Reporter } from '../../core/reporter.js';
import { faissNodePath } from './faiss-backend.js';
import { type BuildIndexOptions, buildFaissIndex, runFaissJob } from './faiss-build.js';
import { readFaissLayout } from './faiss-layout.js';

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

  it('leave nothing in the folder for temporary files, and take away what a killed process left there', async () => {
    const before = process.env.TMPDIR;
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    mkdirSync(join(temporary, `.twinlight-faiss.tmp-${machineCode()}-${dead}-7-01234567`));
    process.env.TMPDIR = temporary;
    try {
      await buildFaissIndex(items, DIM, { factory: 'IVF16,Flat' });
      expect(readdirSync(temporary)).toEqual([]);
      await expect(buildFaissIndex(items, DIM, { factory: 'IVF16,Flat', nprobe: 17 })).rejects.toThrow(ConfigError);
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
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

it.skipIf(!hasFaiss)('an error that ends the process of FAISS is an error here', async () => {
  const vectors = join(folder, 'five.f32');
  writeFileSync(vectors, new Float32Array(10));
  const job = {
    faissNode: faissNodePath(),
    vectors,
    training: vectors,
    embeddingDim: 2,
    size: 5,
    trainingSize: 5,
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
