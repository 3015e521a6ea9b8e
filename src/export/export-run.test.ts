import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { sha256OfFile } from '../core/atomic-file.js';
import { ConfigError, DataError, TwinlightError } from '../core/errors.js';
import type { Reporter } from '../core/reporter.js';
import { loadFaissNode } from '../retrieval/faiss/faiss-backend.js';
import type { BundleManifest } from './bundle-manifest.js';
import { exportRun } from './export-run.js';
import { decodeNpy } from './npy.js';
import { openBundle } from './read-bundle.js';

const hasFaiss = loadFaissNode() !== undefined;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-export-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifestOf = (bundle: string): BundleManifest => JSON.parse(readFileSync(join(bundle, 'manifest.json'), 'utf8'));

describe('exporting a run', () => {
  it('writes every file, listed in the manifest with size and hash', async () => {
    const run = fakeRun({ folder });
    const result = await exportRun(run);
    expect(result.bundle).toBe(join(folder, 'export'));
    expect(result.files.sort()).toEqual([
      ...['README.md', 'embeddings.parquet', 'item_ids.txt', 'items.faiss', 'items.npy'],
      ...['manifest.json', 'popular_items.json', 'seen_items.npy', 'untrained_users.npy', 'user_ids.txt', 'users.npy'],
    ]);
    expect(readdirSync(result.bundle).sort()).toEqual(result.files.sort());
    const manifest = manifestOf(result.bundle);
    expect(manifest).toEqual(JSON.parse(JSON.stringify(result.manifest)));
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
      expect(bytes).toBe(statSync(join(result.bundle, name)).size);
      expect(sha256).toBe(await sha256OfFile(join(result.bundle, name)));
    }
    expect(manifest).toMatchObject({
      kind: 'twinlight-bundle',
      createdBy: expect.stringMatching(/^twinlight \d/),
      model: { preset: 'joint', run: 'fake-run' },
      graph: { id: 'fake_graph', hash: 'ab'.repeat(32) },
      embeddingDim: 8,
      metric: 'inner-product',
      normalized: true,
      counts: { users: 30, items: 120, coldUsers: 1, coldItems: 2 },
      index: { factory: 'Flat', isExact: true },
    });
    expect(decodeNpy(readFileSync(join(result.bundle, 'users.npy')), 'x')).toEqual({
      shape: [30, 8],
      values: run.embeddings!.users,
    });
  });

  it('searches what it wrote, with every engine there is', async () => {
    const { verified } = await exportRun(fakeRun({ folder }));
    expect(verified).toMatchObject({ users: 30, topK: 20 });
    expect(verified.searches.map(({ engine }) => engine)).toEqual(hasFaiss ? ['own', 'faiss'] : ['own']);
    for (const search of verified.searches) expect(search).toMatchObject({ exact: true, recallAgainstExact: 1 });
  });

  it('is exact too where many scores are equal and vectors repeat', async () => {
    const run = fakeRun({ folder, vector: (row) => (row % 3 === 0 ? 1 : 0.25) });
    const { verified } = await exportRun(run);
    for (const search of verified.searches) expect(search.exact).toBe(true);
  });

  it('gives the same bytes again', async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    await exportRun(fakeRun({ folder }), { out: a });
    await exportRun(fakeRun({ folder }), { out: b });
    for (const name of readdirSync(a))
      expect(readFileSync(join(a, name)).equals(readFileSync(join(b, name)))).toBe(true);
  });

  it.skipIf(!hasFaiss)('makes approximate indexes, with their recall and settings', async () => {
    const run = fakeRun({ folder, numItems: 700 });
    const ivf = await exportRun(run, { index: 'IVF8,Flat', nprobe: 2, out: join(folder, 'ivf') });
    expect(ivf.manifest.index).toMatchObject({ factory: 'IVF8,Flat', isExact: false, nprobe: 2 });
    expect(ivf.verified.searches).toHaveLength(1);
    const recall = ivf.verified.searches[0].recallAgainstExact;
    expect(recall).toBeGreaterThan(0.2);
    expect(recall).toBeLessThan(1);
    const all = await exportRun(run, { index: 'IVF8,Flat', nprobe: 8, out: join(folder, 'all') });
    expect(all.verified.searches[0]).toMatchObject({ exact: true, recallAgainstExact: 1 });
    const graph = await exportRun(run, { index: 'HNSW16', efSearch: 100, out: join(folder, 'hnsw') });
    expect(graph.manifest.index).toMatchObject({ factory: 'HNSW16', efSearch: 100 });
    expect(graph.verified.searches[0].recallAgainstExact).toBeGreaterThan(0.95);
    const bundle = await openBundle(graph.bundle);
    expect(await bundle.recommend('u3', { k: 3 })).toHaveLength(3);
  });

  it.skipIf(!hasFaiss)('warns when an index finds little', async () => {
    const warnings: string[] = [];
    const reporter: Reporter = {
      info() {},
      warn: (text) => warnings.push(text),
      progress: () => ({ update() {}, finish() {} }),
    };
    await exportRun(fakeRun({ folder, numItems: 700 }), { index: 'IVF16,Flat', nprobe: 1, reporter });
    expect(warnings).toEqual([expect.stringMatching(/IVF16,Flat" finds .* % of the exact top 20: raise nprobe/)]);
  });

  it('works for a handful of items and for one user', async () => {
    const { verified } = await exportRun(fakeRun({ folder, numItems: 3, numUsers: 1 }));
    expect(verified).toMatchObject({ users: 1, topK: 3 });
  });

  it('refuses a run that has no vectors, and says what to do', async () => {
    const exporting = exportRun({ ...fakeRun({ folder }), embeddings: undefined });
    await expect(exporting).rejects.toThrow(ConfigError);
    await expect(exporting).rejects.toThrow(/run "fake-run" \(preset joint\) ranks without vectors.*--preset joint/);
  });

  it('refuses vectors of another number than ids', async () => {
    const run = fakeRun({ folder });
    const embeddings = { ...run.embeddings!, users: run.embeddings!.users.subarray(8) };
    await expect(exportRun({ ...run, embeddings })).rejects.toThrow(/user embeddings: expected length 240, got 232/);
  });

  it('never replaces what is not a bundle, and a bundle only when allowed', async () => {
    const run = fakeRun({ folder });
    const out = join(folder, 'target');
    mkdirSync(out);
    await exportRun(run, { out });
    await expect(exportRun(run, { out })).rejects.toThrow(/holds a bundle already/);
    await expect(exportRun(run, { out, overwrite: true })).resolves.toMatchObject({ bundle: out });
    writeFileSync(join(out, 'notes.txt'), 'mine');
    await expect(exportRun(run, { out, overwrite: true })).rejects.toThrow(/more than a bundle, .*notes\.txt/);
    rmSync(join(out, 'notes.txt'));
    rmSync(join(out, 'manifest.json'));
    await expect(exportRun(run, { out, overwrite: true })).rejects.toThrow(/holds something that is not a bundle/);
    expect(existsSync(join(out, 'items.npy'))).toBe(true);
    writeFileSync(join(folder, 'file'), '');
    await expect(exportRun(run, { out: join(folder, 'file') })).rejects.toThrow(/is a file/);
  });

  it('writes further files of the vectors where it is asked to, which belong to the bundle', async () => {
    const run = fakeRun({ folder });
    const { bundle, files } = await exportRun(run, { formats: ['arrow', 'projector', 'safetensors'] });
    const further = ['item', 'user'].flatMap((side) => [
      `${side}s.arrow`,
      `${side}s.vectors.tsv`,
      `${side}s.metadata.tsv`,
    ]);
    expect(files).toEqual(expect.arrayContaining([...further, 'embeddings.safetensors']));
    expect(readdirSync(bundle).sort()).toEqual([...files].sort());
    expect(manifestOf(bundle).files['items.arrow'].sha256).toBe(await sha256OfFile(join(bundle, 'items.arrow')));
    await openBundle(bundle);
    // they go with the bundle that had them
    await exportRun(run, { overwrite: true });
    expect(existsSync(join(bundle, 'items.arrow'))).toBe(false);
    const refused = exportRun(run, { formats: ['npy'], overwrite: true });
    await expect(refused).rejects.toMatchObject({ code: 'VECTOR_FORMAT' });
  });

  it('leaves nothing behind when it fails', async () => {
    const run = fakeRun({ folder });
    run.embeddings!.items[5] = Number.NaN;
    await expect(exportRun(run)).rejects.toThrow(TwinlightError);
    await expect(exportRun(fakeRun({ folder }), { index: 'IVF500,Flat' })).rejects.toThrow(/use IVF2/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('with TWINLIGHT_FAISS=own', () => {
  const before = process.env.TWINLIGHT_FAISS;
  beforeAll(() => {
    process.env.TWINLIGHT_FAISS = 'own';
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TWINLIGHT_FAISS;
    else process.env.TWINLIGHT_FAISS = before;
  });

  it('a flat bundle is the same, but checked by one engine', async () => {
    const { bundle, verified, manifest } = await exportRun(fakeRun({ folder }));
    expect(verified.searches).toEqual([{ engine: 'own', exact: true, recallAgainstExact: 1, reordered: 0 }]);
    expect(manifest.index.builtBy).toBe("twinlight's own writer");
    expect(await (await openBundle(bundle)).recommend('u0', { k: 2 })).toHaveLength(2);
  });

  it('other indexes are refused with the way to get FAISS', async () => {
    await expect(exportRun(fakeRun({ folder }), { index: 'HNSW16' })).rejects.toThrow(/needs the FAISS library.*unset/);
    const around = exportRun(fakeRun({ folder }), { index: 'IVF2,Flat', centroids: 'items-and-users' });
    await expect(around).rejects.toThrow(/"IVF2,Flat" needs the FAISS library.*unset/);
  });
});

describe('serving from a bundle', () => {
  const k = 5;
  const open = async () => {
    const run = fakeRun({ folder });
    return { run, bundle: await openBundle((await exportRun(run)).bundle) };
  };
  /** Item ids by falling inner product with a vector, in double precision. */
  function ranked(run: ReturnType<typeof fakeRun>, vector: Float32Array): string[] {
    const { items, embeddingDim } = run.embeddings!;
    const score = (row: number) => vector.reduce((sum, value, i) => sum + value * items[row * embeddingDim + i], 0);
    const rows = Array.from({ length: run.graph.items.size }, (_, row) => row);
    return rows.sort((a, b) => score(b) - score(a)).map((row) => run.graph.items.idOf(row));
  }

  it('gives a user the items with the largest products, by external id', async () => {
    const { run, bundle } = await open();
    const expected = ranked(run, run.embeddings!.users.subarray(7 * 8, 8 * 8));
    const found = await bundle.recommend('u7', { k });
    expect(found.map(({ id }) => id)).toEqual(expected.slice(0, k));
    expect(found.map(({ label }) => label)).toEqual(expected.slice(0, k));
    expect(found[0].score).toBeGreaterThanOrEqual(found[1].score);
    expect(await bundle.recommend('u7')).toHaveLength(20);
  });

  it('leaves out what it is told to', async () => {
    const { run, bundle } = await open();
    const expected = ranked(run, run.embeddings!.users.subarray(0, 8));
    const found = await bundle.recommend('u0', { k, exclude: [expected[0], expected[3], 'never heard of'] });
    expect(found.map(({ id }) => id)).toEqual([1, 2, 4, 5, 6].map((rank) => expected[rank]));
    expect(await bundle.recommend('u0', { k, exclude: expected })).toEqual([]);
  });

  it('finds similar items and takes vectors from elsewhere', async () => {
    const { run, bundle } = await open();
    const vector = run.embeddings!.items.subarray(4 * 8, 5 * 8);
    const expected = ranked(run, vector);
    expect((await bundle.search([...vector], { k })).map(({ id }) => id)).toEqual(expected.slice(0, k));
    const itself = run.graph.items.idOf(4);
    const similar = (await bundle.similar(itself, { k })).map(({ id }) => id);
    expect(similar).toEqual(expected.filter((id) => id !== itself).slice(0, k));
    expect(await bundle.search(new Float32Array(8))).toEqual([]);
    await expect(bundle.search([1, 2])).rejects.toThrow(/vector: expected length 8, got 2/);
  });

  it('names an id that it does not know', async () => {
    const { bundle } = await open();
    await expect(bundle.recommend('nobody')).rejects.toThrow(
      /user "nobody" is not in the bundle, which has 30 users \("u0"/,
    );
    await expect(bundle.similar('nothing')).rejects.toThrow(ConfigError);
  });

  it('refuses a bundle that was changed, cut, is newer or is none', async () => {
    const { bundle: out } = await exportRun(fakeRun({ folder }));
    const index = join(out, 'items.faiss');
    const whole = readFileSync(index);
    const flipped = Buffer.from(whole);
    flipped[400] ^= 1;
    writeFileSync(index, flipped);
    await expect(openBundle(out)).rejects.toThrow(/items\.faiss: its sha256 is not the one in the manifest/);
    await expect(openBundle(out, { verify: false })).resolves.toBeDefined();
    writeFileSync(index, whole.subarray(0, 500));
    await expect(openBundle(out, { verify: false })).rejects.toThrow(/not a whole FAISS index/);
    rmSync(index);
    await expect(openBundle(out)).rejects.toThrow(/the bundle lacks items\.faiss/);
    const manifest = manifestOf(out);
    writeFileSync(join(out, 'manifest.json'), JSON.stringify({ ...manifest, formatVersion: 3 }));
    await expect(openBundle(out)).rejects.toThrow(/has format 3, this twinlight reads up to 2/);
    writeFileSync(join(out, 'manifest.json'), '{"kind": "other"}');
    await expect(openBundle(out)).rejects.toThrow(/its kind is "other"/);
    writeFileSync(join(out, 'manifest.json'), '{');
    await expect(openBundle(out)).rejects.toThrow(DataError);
    await expect(openBundle(join(folder, 'nowhere'))).rejects.toThrow(/not a bundle of twinlight export/);
  });
});
