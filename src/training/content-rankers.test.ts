/** Rankers by content, from features to answers: they need no interaction with an item, and say so where nothing is known of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interactionSetFromRows } from '../data/index.js';
import { exportRun } from '../export/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { recommendForUser, similarToItem } from '../retrieval/index.js';
import { evaluateRun, loadRun } from '../runs/index.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-content-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const TOPICS = ['apples pears orchard', 'engine wheel motor', 'violin sonata choir', 'harbour sail anchor'];
const NUM_USERS = 48;
const NUM_ITEMS = 60;
/** User u takes items of topic u mod 4 alone; text and colour of an item tell its topic, its shade nothing. */
const rows = Array.from({ length: NUM_USERS }, (_, user) =>
  Array.from({ length: 9 }, (_, i) => ({
    user: `u${user}`,
    item: `i${((user % 4) + 4 * ((user + 2 * i) % 15)) % NUM_ITEMS}`,
  })),
).flat();
let graph: StoredGraph;
let bare: StoredGraph;

beforeAll(async () => {
  const set = interactionSetFromRows(rows);
  const topicOf = (item: string) => Number(item.slice(1)) % 4;
  const categories = (ids: readonly string[], of: (id: string) => number, values: readonly string[]) => ({
    kind: 'categorical' as const,
    codes: Int32Array.from(ids, of),
    values,
  });
  const itemFeatures = {
    numRows: set.items.size,
    columns: {
      text: { kind: 'text' as const, texts: set.items.ids.map((id) => `${TOPICS[topicOf(id)]} ${id}`) },
      shade: categories(set.items.ids, (id) => Number(id.slice(1)) % 7, ['a', 'b', 'c', 'd', 'e', 'f', 'g']),
    },
  };
  const userFeatures = {
    numRows: set.users.size,
    columns: { guild: categories(set.users.ids, (id) => Number(id.slice(1)) % 4, ['farm', 'garage', 'choir', 'port']) },
  };
  const data = { split: { name: 'warm-cold-item' as const }, seed: 4 };
  graph = await buildGraph(
    { ...set, itemFeatures, userFeatures },
    { graphsDir: join(work, 'graphs'), name: 'known', data },
  );
  bare = await buildGraph(set, { graphsDir: join(work, 'graphs'), name: 'bare', data });
});

const trained = (preset: string, set: string[] = [], source = graph, run = preset) =>
  train({ source, preset, set, run: join(work, run), backend: 'wasm' });

describe('content-knn', () => {
  it('ranks cold items as well as warm ones where content tells all', async () => {
    const { tasks, stopped } = await trained('content-knn', ['ranker.fields=[text]', 'evaluation.topK=[20]']);
    expect(stopped).toBe('untrained');
    // of 12 cold items about three are of the user's topic
    expect(tasks!.test!.cold.metrics['recall@20']).toBeGreaterThan(0.99);
    expect(tasks!.test!.cold.metrics['ndcg@20']).toBeGreaterThan(0.6);
  });

  it('answers recommend and similar with scores', async () => {
    const run = await loadRun(join(work, 'content-knn'));
    const shown = await recommendForUser(run, 'u1', { k: 3 });
    for (const { id } of shown) expect(Number(id.slice(1)) % 4).toBe(1);
    const similar = await similarToItem(run, 'i2', { k: 4 });
    expect(similar).toHaveLength(4);
    for (const { id, score } of similar) {
      expect(Number(id.slice(1)) % 4).toBe(2);
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThan(1);
    }
    expect((await evaluateRun(run, { part: 'valid' })).tasks!.map(({ task }) => task)).toContain('cold');
  });

  it('says what is missing: features at all, or the one that is named', async () => {
    await expect(trained('content-knn', [], bare, 'none')).rejects.toMatchObject({
      code: 'CONFIG_FEATURES',
      message: expect.stringContaining('knows nothing of its items'),
    });
    await expect(trained('content-knn', ['ranker.fields=[texts]'], graph, 'none')).rejects.toThrow(
      /ranker\.fields names "texts".*text.*there are text, shade/,
    );
  });
});

describe('content-neighbours', () => {
  it('takes a finished run over, places its cold items, and exports', async () => {
    const small = [
      'training.epochs=12',
      'training.learningRate=0.05',
      'training.batchSize=64',
      'encoder.embeddingDim=8',
    ];
    const teacher = await trained('two-tower', small);
    const set = [`ranker.run=${join(work, 'two-tower')}`, 'ranker.fields=[text]'];
    const { tasks } = await trained('content-neighbours', set);
    const before = teacher.tasks!.test!;
    expect(tasks!.test!.cold.metrics['ndcg@20']).toBeGreaterThan(before.cold.metrics['ndcg@20'] + 0.1);
    expect(tasks!.test!.warm.metrics).toEqual(before.warm.metrics);
    rmSync(join(work, 'two-tower'), { recursive: true });
    const run = await loadRun(join(work, 'content-neighbours'));
    expect((await evaluateRun(run)).metrics['ndcg@20']).toBeCloseTo(tasks!.test!.overall.metrics['ndcg@20'], 9);
    await exportRun(run, { out: join(work, 'bundle') });
  });

  it('says that it needs a run', async () => {
    await expect(trained('content-neighbours', [], graph, 'none')).rejects.toMatchObject({
      code: 'RANKER_RUN',
      message: expect.stringContaining('--teacher RUN'),
    });
  });
});

it('popularity by segment is what its users take', async () => {
  const plain = await trained('popularity', ['evaluation.topK=[5]']);
  const bySegment = await trained('popularity', ['evaluation.topK=[5]', 'ranker.segment=guild'], graph, 'segment');
  expect(bySegment.tasks!.test!.warm.metrics['recall@5']).toBeGreaterThan(plain.tasks!.test!.warm.metrics['recall@5']);
  await expect(trained('popularity', ['ranker.segment=age'], graph, 'none')).rejects.toThrow(
    /ranker\.segment names "age", but there is guild that fits/,
  );
});
