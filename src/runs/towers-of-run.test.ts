/** What a run makes of users and items that it does not have, against the vectors that training made of those it has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featureRowOf } from '../../tests/feature-rows.js';
import { useBackend } from '../backend/index.js';
import { createPlantedWorld } from '../data/index.js';
import { exportRun } from '../export/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import {
  encodeHistory,
  encodeItems,
  encodeUser,
  recommendForHistory,
  recommendForProfile,
  similarToFeatures,
  unitRows,
} from '../retrieval/index.js';
import { train } from '../training/index.js';
import { loadRun, type TrainedRun } from './index.js';

const DIM = 16;
const work = mkdtempSync(join(tmpdir(), 'twinlight-towers-'));
const world = createPlantedWorld({ seed: 3, numUsers: 300, numItems: 200, numTastes: 6, meanInteractions: 24 });
let graph: StoredGraph;
const runs = new Map<string, Promise<TrainedRun>>();
const LIGHTGCN = { name: 'lightgcn', numLayers: 2 };

/** Trained when first asked for. */
function trained(
  rows: object,
  propagation: object = { name: 'none' },
  more: readonly string[] = [],
): Promise<TrainedRun> {
  const encoder = { embeddingDim: DIM, rows: { name: 'tower', ...rows }, propagation };
  const set = ['training.epochs=6', 'training.batchSize=256', 'training.learningRate=0.02', ...more];
  const key = JSON.stringify([encoder, set]);
  const run = join(work, `run-${runs.size}`);
  const made =
    runs.get(key) ??
    train({ source: graph, preset: 'two-tower', config: { encoder }, set, run }).then(() => loadRun(run));
  runs.set(key, made);
  return made;
}

beforeAll(async () => {
  await useBackend('auto');
  const data = { split: { name: 'warm-cold-item' as const } };
  graph = await buildGraph(world.interactions, { graphsDir: join(work, 'graphs'), name: 'shelf', data });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const degreeOf = (offsets: Int32Array, node: number): number => offsets[node + 1] - offsets[node];
const coldItems = (): number[] => [...graph.items.ids.keys()].filter((i) => degreeOf(graph.train.itemOffsets, i) === 0);
const itemsOf = (user: number): Int32Array =>
  graph.train.userNeighbors.slice(graph.train.userOffsets[user], graph.train.userOffsets[user + 1]);
const rowAt = (table: Float32Array, row: number): Float32Array => table.subarray(row * DIM, (row + 1) * DIM);
const itemRow = (item: number) => featureRowOf(graph.itemFeatures!, item);
const userRow = (user: number) => featureRowOf(graph.userFeatures!, user);

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-3);
  for (let d = 0; d < DIM; d++) expect(actual[d]).toBeCloseTo(expected[d], 4);
}

const DEEP = { join: 'concat', senet: true, layers: [12], norm: 'layer', activation: 'tanh' };
const ENCODERS: [string, object, object, readonly string[]][] = [
  ['table+tower, no propagation', {}, { name: 'none' }, []],
  ['a deep tower under lightgcn', { tower: DEEP }, LIGHTGCN, []],
  [
    'towers of both sides',
    { users: 'tower', items: 'tower', tower: DEEP },
    { name: 'none' },
    ['losses.main.similarity=inner-product'],
  ],
  ['history+tower under lightgcn', { users: 'history+tower' }, LIGHTGCN, []],
  ['rows borrowed of neighbours', { itemFields: ['genre', 'title'] }, { name: 'none' }, ['coldStart.neighbours=5']],
  [
    'ids borrowed of both sides, replaced',
    { users: 'table+tower', join: 'replace' },
    { name: 'none' },
    ['coldStart.neighbours=3', 'coldStart.neighbourPower=2', 'coldStart.neighbourWeight=1.5'],
  ],
  ['tanh, replaced ids', { join: 'replace' }, { name: 'deep', numLayers: 1, activation: 'tanh' }, []],
];

describe.each(ENCODERS)('%s', (_, encoderRows, propagation, more) => {
  it('makes of a cold item’s features the vector that it has', async () => {
    const run = await trained(encoderRows, propagation, more);
    const cold = coldItems();
    expect(cold.length).toBeGreaterThan(20);
    const { columns } = (await run.serving.towers.item!()).encoder;
    const rows = cold.map((item) => Object.fromEntries(columns.map((name) => [name, itemRow(item)[name]])));
    const made = await encodeItems(run, rows);
    for (const [i, item] of cold.entries()) expectClose(rowAt(made, i), rowAt(run.embeddings!.items, item));
    expect(run.embeddings!.normalized).toBe(!more.includes('losses.main.similarity=inner-product'));
  });

  it('makes of a trained user’s history and features the vector that it has', async () => {
    const run = await trained(encoderRows, propagation, more);
    const readsUsers = run.serving.towers.user !== undefined;
    // an id row is what only its own user has
    if (run.embeddings && 'users' in encoderRows && encoderRows.users === 'table+tower') return;
    for (const user of [0, 7, 33]) {
      const history = [...itemsOf(user)].map((item) => graph.items.idOf(item));
      const known = {
        ...(run.historyVectors && { history }),
        ...(readsUsers && { features: userRow(user) }),
      };
      expectClose(await encodeUser(run, known), rowAt(run.embeddings!.users, user));
    }
  });
});

it('makes of a fold-in user’s history and features the vector that the run has', async () => {
  const data = { split: { name: 'strong-generalisation' as const } };
  const strangers = await buildGraph(world.interactions, { graphsDir: join(work, 'graphs'), name: 'strangers', data });
  const encoder = {
    embeddingDim: DIM,
    rows: { name: 'tower' as const, users: 'history+tower' as const },
    propagation: { name: 'lightgcn' as const, numLayers: 1 },
  };
  const folder = join(work, 'strangers');
  await train({ source: strangers, preset: 'two-tower', config: { encoder }, set: ['training.epochs=2'], run: folder });
  const run = await loadRun(folder);
  const { offsets, values } = strangers.foldIn!;
  const made = [...strangers.users.ids.keys()].filter((user) => offsets[user + 1] > offsets[user]);
  expect(made.length).toBeGreaterThan(20);
  for (const user of made.slice(0, 5)) {
    const history = [...values.subarray(offsets[user], offsets[user + 1])].map((item) => strangers.items.idOf(item));
    const features = featureRowOf(strangers.userFeatures!, user);
    expectClose(await encodeUser(run, { history, features }), rowAt(run.embeddings!.users, user));
    expect((await recommendForProfile(run, { user: strangers.users.idOf(user) })).route).toBe('hot');
  }
  const { towers } = (await exportRun(run)).manifest;
  expect(Object.keys(towers!)).toEqual(['item', 'user']);
});

describe('users of whom only some is known', () => {
  it('a user whose every liked item is cold gets items of its taste', async () => {
    const run = await trained({});
    const { itemTaste } = world.truth;
    const cold = coldItems();
    let [hits, shown, even] = [0, 0, 0];
    for (let taste = 0; taste < 6; taste++) {
      const liked = cold.filter((item) => itemTaste[worldItem(item)] === taste).slice(0, 3);
      if (liked.length < 2) continue;
      const ids = liked.map((item) => graph.items.idOf(item));
      const answer = await recommendForProfile(run, { history: ids }, { k: 10 });
      expect(answer).toMatchObject({ route: 'warm', used: ids, untrained: [], isWholeModel: true });
      for (const { id } of answer.items) hits += itemTaste[worldItem(graph.items.indexOf(id)!)] === taste ? 1 : 0;
      shown += answer.items.length;
      even += answer.items.length / 6;
      expect((await recommendForHistory(run, ids, { k: 10 })).items).toEqual(answer.items);
    }
    expect(shown).toBeGreaterThan(20);
    expect(hits).toBeGreaterThan(3 * even);
  });

  it('takes the features of a user without any for missing, as the graph does', async () => {
    const run = await trained({ users: 'history+tower' }, LIGHTGCN);
    const vectors = await run.historyVectors!();
    const history = itemsOf(3);
    const ids = [...history].map((item) => graph.items.idOf(item));
    expect(await encodeUser(run, { history: ids })).toEqual(encodeHistory(vectors, history));
    expect(vectors.unknownUser).toHaveLength(DIM);
    const withFeatures = await encodeUser(run, { history: ids, features: userRow(3) });
    expect(withFeatures).not.toEqual(encodeHistory(vectors, history));
    expect(Math.hypot(...withFeatures)).toBeCloseTo(1, 5);
  });
});

describe('routes', () => {
  it('hot, warm and cold say what they are', async () => {
    const run = await trained({ users: 'history+tower' }, LIGHTGCN);
    const user = graph.users.idOf(5);
    const hot = await recommendForProfile(run, { user }, { k: 5 });
    expect(hot).toMatchObject({ route: 'hot', isKnownUser: true });
    const top = await run.recommender.recommend(Int32Array.of(5), 200);
    const had = new Set([
      ...itemsOf(5),
      ...graph.valid.values.subarray(graph.valid.offsets[5], graph.valid.offsets[6]),
    ]);
    const left = [...top.ids].filter((item) => !had.has(item)).slice(0, 5);
    expect(hot.items.map(({ id }) => id)).toEqual(left.map((item) => graph.items.idOf(item)));

    const features = { segment: userRow(5).segment, age: 30 };
    const warm = await recommendForProfile(run, { user: 'nobody', features }, { k: 5 });
    expect(warm).toMatchObject({ route: 'warm', isKnownUser: false, columns: ['segment', 'age'], unseen: [] });
    const half = await recommendForProfile(run, { features: { ...features, segment: 'unheard' } });
    expect(half).toMatchObject({ route: 'warm', columns: ['age'], unseen: ['segment'] });

    const counts = new Map<string, number>();
    for (const item of graph.train.userNeighbors) {
      const id = graph.items.idOf(item);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    for (const profile of [{}, { user: 'nobody' }, { history: ['x'] }, { features: { segment: 'unheard' } }]) {
      const cold = await recommendForProfile(run, profile, { k: 4 });
      expect(cold).toMatchObject({ route: 'cold', fallback: {} });
      expect(cold.items.map(({ score }) => score)).toEqual(cold.items.map(({ id }) => counts.get(id)));
      expect(cold.items[0].score).toBe(most);
      await expect(recommendForProfile(run, profile, { fallback: false })).rejects.toMatchObject({ exitCode: 2 });
    }
  });

  it('count the last days alone where a window is given', async () => {
    const run = await trained({});
    const { timestamp, userNeighbors } = graph.train;
    const after = Math.max(...timestamp!) - 30 * 86_400;
    const counts = new Map<number, number>();
    for (const [edge, item] of userNeighbors.entries())
      if (timestamp![edge] > after) counts.set(item, (counts.get(item) ?? 0) + 1);
    const { items, fallback } = await recommendForProfile(run, {}, { k: 300, fallback: { windowDays: 30 } });
    expect(fallback).toEqual({ windowDays: 30 });
    expect(items).toHaveLength(counts.size);
    for (const { id, score } of items) expect(score).toBe(counts.get(graph.items.indexOf(id)!));
    expect(counts.size).toBeLessThan(new Set(userNeighbors).size);
  });

  it('refuse what the model cannot take', async () => {
    const run = await trained({});
    await expect(recommendForProfile(run, { features: { age: 3 } })).rejects.toMatchObject({ code: 'NO_TOWER' });
    await expect(encodeItems(run, [{ gnre: 'x' }])).rejects.toThrow(/no column "gnre" \(did you mean "genre"\?\)/);
    await expect(encodeUser(run, {})).rejects.toMatchObject({ code: 'NOTHING_KNOWN' });
    await expect(similarToFeatures(run, { genre: 'unheard' })).rejects.toMatchObject({ code: 'NOTHING_KNOWN' });
    const deaf = await trained({}, { ...LIGHTGCN, layerCombination: 'without-first' }, ['training.epochs=1']);
    await expect(encodeItems(deaf, [itemRow(0)])).rejects.toThrow(/neighbours alone .* has no vector/);
  });
});

it('items like a new one are of its kind, nearest by cosine first', async () => {
  const run = await trained({});
  const [item] = coldItems();
  const near = await similarToFeatures(run, itemRow(item), { k: 200 });
  expect(near[0]).toMatchObject({ id: graph.items.idOf(item), score: expect.closeTo(1, 5) });
  const units = unitRows(run.embeddings!.items, DIM);
  const own = rowAt(units, item);
  for (const { id, score } of near) {
    const other = rowAt(units, graph.items.indexOf(id)!);
    expect(score).toBeCloseTo(
      own.reduce((sum, value, d) => sum + value * other[d], 0),
      4,
    );
  }
  expect(near.every(({ score }, i) => i === 0 || score <= near[i - 1].score)).toBe(true);
});

/** The index that an item of the graph has in the world. */
const worldItem = (item: number): number => world.interactions.items.indexOf(graph.items.idOf(item))!;
