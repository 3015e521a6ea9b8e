import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { loadFaissNode } from '../retrieval/faiss/faiss-backend.js';
import { exportRun } from './export-run.js';
import { clustersOf, DEFAULT_CENTROIDS, INDEX_CENTROIDS, type IndexCentroids } from './index-centroids.js';

const hasFaiss = loadFaissNode() !== undefined;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-centroids-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what lists are made around', () => {
  it.skipIf(!hasFaiss)('makes lists of items, of items and users, or of prototypes', async () => {
    const run = fakeRun({ folder, numItems: 700 });
    const { embeddingDim } = run.embeddings!;
    const vectors = run.embeddings!.items.slice(0, 8 * embeddingDim);
    const withPrototypes = { ...run, itemPrototypes: { numPrototypes: 8, embeddingDim, vectors } };
    const bytes: Buffer[] = [];
    for (const centroids of INDEX_CENTROIDS) {
      const out = join(folder, centroids);
      const { manifest, verified } = await exportRun(withPrototypes, { index: 'IVF8,Flat', nprobe: 8, centroids, out });
      expect(manifest.index).toMatchObject({ factory: 'IVF8,Flat', centroids, nprobe: 8 });
      expect(verified.searches[0]).toMatchObject({ engine: 'faiss', exact: true, recallAgainstExact: 1 });
      bytes.push(readFileSync(join(out, 'items.faiss')));
    }
    expect(bytes[0].equals(bytes[1]) || bytes[0].equals(bytes[2]) || bytes[1].equals(bytes[2])).toBe(false);
    expect(bytes[2].includes(Buffer.from(vectors.buffer))).toBe(true);
    expect(bytes[1].includes(Buffer.from(vectors.buffer))).toBe(false);
    await exportRun(run, { index: 'IVF8,Flat', nprobe: 8, out: join(folder, 'unsaid') });
    expect(
      readFileSync(join(folder, 'unsaid', 'items.faiss')).equals(bytes[INDEX_CENTROIDS.indexOf(DEFAULT_CENTROIDS)]),
    ).toBe(true);
  });

  it('clusters of as many items and users as k-means looks at, spread evenly over both', () => {
    const embeddingDim = 2;
    const items = Float32Array.from({ length: 2 * 600 }, (_, at) => at);
    const users = Float32Array.from({ length: 2 * 424 }, (_, at) => 2 * 600 + at);
    const of = (lists: number) =>
      clustersOf('items-and-users', {
        embeddings: { items, users, embeddingDim },
        prototypes: undefined,
        factory: `IVF${lists},Flat`,
      });
    const all = Float32Array.from({ length: 2 * 1024 }, (_, at) => at);
    expect(of(4)).toEqual(all);
    expect(of(100)).toEqual(all);
    // every second row
    expect(of(2)).toEqual(all.filter((_, at) => at % 4 < 2));
  });

  it.each<[string, IndexCentroids, number, RegExp]>([
    ['Flat', 'items-and-users', 8, /only IVF<lists>,Flat has lists.*the index is "Flat"/],
    ['IVF8,PQ4x4', 'items-and-users', 8, /the index is "IVF8,PQ4x4"/],
    ['HNSW8', 'items', 8, /the index is "HNSW8"/],
    ['IVF4,Flat', 'prototypes', 8, /has 8 item prototypes, and the index 4 lists: use IVF8,Flat/],
    ['IVF4,Flat', 'prototypes', 0, /has no item prototypes.*joint-one-pass/],
  ])('refuses for %s centroids of %s that do not fit', async (index, centroids, numPrototypes, message) => {
    const run = fakeRun({ folder, numItems: 700 });
    const vectors = new Float32Array(8 * numPrototypes).fill(1);
    const itemPrototypes = numPrototypes === 0 ? undefined : { numPrototypes, embeddingDim: 8, vectors };
    const exporting = exportRun({ ...run, itemPrototypes }, { index, centroids });
    await expect(exporting).rejects.toMatchObject({ code: 'INDEX_CENTROIDS', message: expect.stringMatching(message) });
    expect(existsSync(join(folder, 'export'))).toBe(false);
  });
});
