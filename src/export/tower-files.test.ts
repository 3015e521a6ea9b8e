/** A bundle answers for what it does not hold as its run does, from its own files alone, and refuses files that do not fit. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featureRowOf } from '../../tests/feature-rows.js';
import { useBackend } from '../backend/index.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { encodeItems, encodeUser, recommendForProfile, similarToFeatures } from '../retrieval/index.js';
import { ContentEncoder } from '../retrieval/towers/content-encoder.js';
import { loadRun, type TrainedRun } from '../runs/index.js';
import { train } from '../training/index.js';
import { exportRun } from './export-run.js';
import { sealManifest } from './manifest-seal.js';
import { decodeNpy } from './npy.js';
import { type Bundle, openBundle } from './read-bundle.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-tower-files-'));
const world = createPlantedWorld({ seed: 3, numUsers: 200, numItems: 120, numTastes: 6, meanInteractions: 15 });
let graph: StoredGraph;
let run: TrainedRun;
let bundle: Bundle;
let made = 0;

async function trained(more: readonly string[] = []): Promise<TrainedRun> {
  const rows = { name: 'tower', users: 'history+tower', tower: { layers: [12], norm: 'layer', senet: true } };
  const encoder = { embeddingDim: 16, rows, propagation: { name: 'lightgcn', numLayers: 1 } };
  const set = ['training.epochs=3', 'training.batchSize=256', 'training.learningRate=0.02', ...more];
  const folder = join(work, `run-${made++}`);
  await train({ source: graph, preset: 'two-tower', config: { encoder }, set, run: folder });
  return loadRun(folder);
}

beforeAll(async () => {
  await useBackend('auto');
  const data = { split: { name: 'warm-cold-item' as const } };
  graph = await buildGraph(world.interactions, { graphsDir: join(work, 'graphs'), name: 'shelf', data });
  run = await trained();
  bundle = await openBundle((await exportRun(run)).bundle);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const itemRow = (item: number) => featureRowOf(graph.itemFeatures!, item);
const userRow = (user: number) => featureRowOf(graph.userFeatures!, user);
const idsOf = (answer: { items: readonly { id: string }[] }) => answer.items.map(({ id }) => id);

describe('a bundle', () => {
  it('lists and explains what it holds for new items and users', () => {
    const { manifest, folder } = bundle;
    expect(manifest.formatVersion).toBe(2);
    expect(manifest.towers).toMatchObject({
      item: { form: 'item_tower.json', weights: 'item_tower.npy', columns: ['title', 'genre', 'tags', 'price'] },
      user: { columns: ['segment', 'interests', 'age'] },
    });
    expect(manifest.popular).toEqual({ file: 'popular_items.json', windowsDays: [null, 1, 7, 30, 90, 365] });
    for (const name of ['item_tower.json', 'item_tower.npy', 'user_tower.json', 'user_tower.npy', 'popular_items.json'])
      expect(manifest.files[name].holds).toMatch(/\w/);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const text of ['item_tower.json', 'normEpsilon', 'encodeItems(bundle', '`segment`'])
      expect(readme).toContain(text);
  });

  it('makes the vectors that its run makes', async () => {
    const rows = [0, 5, 119].map(itemRow);
    rows.push({ genre: 'unheard', price: 3 }, {});
    expect(await encodeItems(bundle, rows)).toEqual(await encodeItems(run, rows));
    const history = [...graph.train.userNeighbors.subarray(0, 5)].map((item) => graph.items.idOf(item));
    for (const known of [{ history }, { features: userRow(3) }, { history, features: userRow(3) }])
      expect(await encodeUser(bundle, known)).toEqual(await encodeUser(run, known));
  });

  it('can be followed by the formula of its README alone', async () => {
    const file = JSON.parse(readFileSync(join(bundle.folder, 'item_tower.json'), 'utf8'));
    const { values } = decodeNpy(readFileSync(join(bundle.folder, 'item_tower.npy')), 'x');
    const arrays = new Map<string, number[][]>();
    for (const { name, shape, first } of file.arrays) {
      const rowOf = (row: number) => [
        ...(values as Float32Array).subarray(first + row * shape[1], first + (row + 1) * shape[1]),
      ];
      arrays.set(
        name,
        Array.from({ length: shape[0] }, (_, row) => rowOf(row)),
      );
    }
    const times = (row: number[], matrix: number[][]): number[] =>
      matrix[0].map((_, j) => row.reduce((sum, x, i) => sum + x * matrix[i][j], 0));
    const meanOf = (row: number[]): number => row.reduce((sum, x) => sum + x, 0) / row.length;
    // a genre that is known, everything else missing: value 0
    const { fields, normEpsilon } = file.form;
    const genre = 'genre4';
    const f: number[][] = fields.map(({ name, values: known }: { name: string; values: string[] }) =>
      arrays.get(`fields/${name}`)!.at(name === 'genre' ? 2 + known.indexOf(genre) : 0),
    );
    const units = times(f.map(meanOf), arrays.get('senet/reduce')!).map((x) => Math.max(0, x));
    const w = times(units, arrays.get('senet/expand')!).map((x) => 2 / (1 + Math.exp(-x)));
    const h = f[0].map((_, d) => f.reduce((sum, field, k) => sum + w[k] * field[d], 0));
    const hidden = times(h, arrays.get('0/weights')!);
    const [mean, scale, bias] = [meanOf(hidden), arrays.get('0/scale')![0], arrays.get('0/bias')![0]];
    const deviation = Math.sqrt(meanOf(hidden.map((x) => (x - mean) ** 2)) + normEpsilon);
    const active = hidden.map((x, j) => Math.max(0, ((x - mean) / deviation) * scale[j] + bias[j]));
    const vector = times(active, arrays.get('1/weights')!).map((x) => file.ownShare * x);
    const made = await encodeItems(bundle, [{ genre }]);
    for (const [d, value] of vector.entries()) expect(made[d]).toBeCloseTo(value / Math.hypot(...vector), 5);
  });

  it('answers by every route as its run does', async () => {
    const user = graph.users.idOf(4);
    const history = graph.items.ids.slice(10, 13);
    const profiles = [
      { history },
      { features: userRow(3) },
      { history, features: { age: 40 } },
      {},
      { user: 'nobody' },
    ];
    for (const profile of profiles) {
      const [ofBundle, ofRun] = [await recommendForProfile(bundle, profile), await recommendForProfile(run, profile)];
      expect(idsOf(ofBundle)).toEqual(idsOf(ofRun));
      expect({ ...ofBundle, items: [] }).toEqual({ ...ofRun, items: [] });
    }
    const all = { includeKnown: true };
    const hot = await recommendForProfile(bundle, { user }, all);
    expect(hot.route).toBe('hot');
    expect(idsOf(hot)).toEqual(idsOf(await recommendForProfile(run, { user }, all)));
    const window = { fallback: { windowDays: 30 } };
    expect(idsOf(await recommendForProfile(bundle, {}, window))).toEqual(
      idsOf(await recommendForProfile(run, {}, window)),
    );
    await expect(recommendForProfile(bundle, {}, { fallback: { windowDays: 31 } })).rejects.toThrow(
      /no list of the last 31 days: it has lists of the last 1, 7, 30, 90, 365 days/,
    );
    const near = [await similarToFeatures(bundle, itemRow(7)), await similarToFeatures(run, itemRow(7))];
    expect(near[0].map(({ id }) => id)).toEqual(near[1].map(({ id }) => id));
    const own = await bundle.recommendForHistory(history);
    expect(own.map(({ id }) => id)).toEqual(idsOf(await recommendForProfile(run, { history })));
  });

  it('knows which of its users training saw nothing of, and finds by cosine where vectors have lengths', async () => {
    const other = await trained(['losses.main.similarity=inner-product']);
    const opened = await openBundle((await exportRun(other)).bundle);
    expect(opened.manifest.normalized).toBe(false);
    const near = [await similarToFeatures(opened, itemRow(7)), await similarToFeatures(other, itemRow(7))];
    expect(near[0].map(({ id }) => id)).toEqual(near[1].map(({ id }) => id));
    const untaught = { ...run, serving: { ...run.serving, knows: (user: number) => user !== 9 } };
    const bare = await openBundle((await exportRun(untaught, { out: join(work, 'untaught') })).bundle);
    const routes = [9, 8].map((user) => recommendForProfile(bare, { user: graph.users.idOf(user) }));
    expect((await Promise.all(routes)).map(({ route }) => route)).toEqual(['cold', 'hot']);
  });

  it('of version 1 is read as ever, and says what it lacks', async () => {
    const { bundle: folder } = await exportRun(run, { out: join(work, 'earlier') });
    const file = join(folder, 'manifest.json');
    const { towers, popular, manifestHash, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...manifest, formatVersion: 1 }));
    const earlier = await openBundle(folder);
    const user = graph.users.idOf(4);
    expect(await earlier.recommend(user)).toEqual(await bundle.recommend(user));
    expect(await recommendForProfile(earlier, { user })).toMatchObject({ route: 'hot' });
    await expect(recommendForProfile(earlier, {})).rejects.toMatchObject({ code: 'NO_POPULARITY' });
    await expect(encodeItems(earlier, [{}])).rejects.toMatchObject({ code: 'NO_TOWER' });
  });

  it('refuses files that do not go together, though their hashes are right', async () => {
    const { bundle: folder } = await exportRun(run, { out: join(work, 'spoilt') });
    const manifestFile = join(folder, 'manifest.json');
    const before = readFileSync(manifestFile, 'utf8');
    const tower = readFileSync(join(folder, 'item_tower.json'), 'utf8');
    const popular = readFileSync(join(folder, 'popular_items.json'), 'utf8');
    const spoil = async (name: string, text: string) => {
      const manifest = JSON.parse(before);
      manifest.files[name].sha256 = createHash('sha256').update(text).digest('hex');
      writeFileSync(manifestFile, JSON.stringify(sealManifest(manifest)));
      writeFileSync(join(folder, name), text);
      return openBundle(folder);
    };
    const damaged = { code: 'BUNDLE_DAMAGED' };
    for (const [from, to] of [
      ['"first": 0', '"first": 1000000'],
      [/"shape": \[\s*\d+,/, '"shape": [1,'],
      ['"embeddingDim": 16', '"embeddingDim": 8'],
      ['"join": "sum"', '"join": "product"'],
    ] as const) {
      const text = tower.replace(from, to);
      expect(text).not.toBe(tower);
      const opened = await spoil('item_tower.json', text);
      await expect(encodeItems(opened, [{}])).rejects.toMatchObject(damaged);
    }
    writeFileSync(join(folder, 'item_tower.json'), tower);
    const far = await spoil('popular_items.json', popular.replace(/"items":\[\d+/, '"items":[99999'));
    await expect(recommendForProfile(far, {})).rejects.toMatchObject(damaged);
    writeFileSync(join(folder, 'popular_items.json'), popular);
    writeFileSync(manifestFile, before);
    writeFileSync(join(folder, 'item_tower.npy'), 'x');
    await expect(openBundle(folder)).rejects.toMatchObject(damaged);
  });

  it('holds what new entities borrow', async () => {
    const borrowing = await trained(['coldStart.neighbours=4']);
    const { bundle: folder, manifest } = await exportRun(borrowing);
    expect(manifest.towers!.item!.content).toBe('item_content.npy');
    expect(manifest.files['item_content.npy'].holds).toMatch(/lend/);
    expect(manifest.files['user_content.npy']).toBeUndefined();
    const opened = await openBundle(folder);
    const rows = [0, 5, 119].map(itemRow);
    const made = await encodeItems(opened, rows);
    expect(made).toEqual(await encodeItems(borrowing, rows));
    const { encoder } = await borrowing.serving.towers.item!();
    expect(encoder.encode(rows)).not.toEqual(new ContentEncoder(encoder.form, encoder.arrays).encode(rows));
  });

  it('is not written where its tower makes other vectors than the training', async () => {
    const item = run.serving.towers.item!;
    const other = async () => ({ ...(await item()), ownShare: 0.7 });
    const embeddings = { ...run.embeddings!, normalized: false };
    const towers = { ...run.serving.towers, item: other };
    const changed = { ...run, embeddings, serving: { ...run.serving, towers } };
    await expect(exportRun(changed, { out: join(work, 'wrong') })).rejects.toMatchObject({
      code: 'EXPORT_NOT_VERIFIED',
      message: expect.stringMatching(/item_tower\.json: it makes another vector of item \d+ than the training did/),
    });
  });
});
