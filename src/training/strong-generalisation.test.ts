/** Users whom training never saw, from the split to the figures: made of their input by every model that can. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raggedFromPairs } from '../core/ragged.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, loadGraph, mergeHeldOut, type StoredGraph } from '../graph/index.js';
import { encodeHistory, foldInUsers, historiesOf, recommendForUser } from '../retrieval/index.js';
import { evaluateRun, loadRun } from '../runs/index.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-strong-'));
const SMALL = ['training.epochs=4', 'training.batchSize=128', 'training.learningRate=0.02', 'encoder.embeddingDim=8'];
let graph: StoredGraph;
beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 7, numUsers: 120, numItems: 80, meanInteractions: 14 });
  graph = await buildGraph(interactions, {
    graphsDir: join(work, 'graphs'),
    data: { split: { name: 'strong-generalisation', foldInRatio: 0.6 } },
  });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const rowOf = ({ offsets, values }: NonNullable<StoredGraph['foldIn']>, user: number) =>
  values.subarray(offsets[user], offsets[user + 1]);
const trained = (preset: string, set: string[] = SMALL) =>
  train({ source: graph, preset, run: join(work, preset), set, backend: 'wasm' });

describe('the graph', () => {
  it('is stored with the input, which is no edge, and comes back', async () => {
    const back = await loadGraph(graph.folder!);
    expect(back.foldIn).toEqual(graph.foldIn);
    const made = Array.from(graph.users.ids.keys()).filter((user) => rowOf(graph.foldIn!, user).length > 0);
    expect(made.length).toBe(12 + 24);
    for (const user of made) expect(graph.train.userOffsets[user + 1] - graph.train.userOffsets[user]).toBe(0);
  });

  it('takes the input of validation users among its edges where it is fitted to them', () => {
    const merged = mergeHeldOut(graph, 'valid');
    const numInput = (of: StoredGraph) => of.foldIn!.values.length;
    const numMoved = graph.valid.values.length + numInput(graph) - numInput(merged);
    expect(merged.train.numEdges).toBe(graph.train.numEdges + numMoved);
    for (const [user] of graph.users.ids.entries()) {
      const isTest = rowOf(graph.test, user).length > 0;
      expect([...rowOf(merged.foldIn!, user)]).toEqual(isTest ? [...rowOf(graph.foldIn!, user)] : []);
    }
  });
});

describe('a model that makes users of items', () => {
  it('ranks unseen users by vectors made of their input, and is chosen by them', async () => {
    const report = await trained('history', [...SMALL, 'training.monitor=strong.ndcg@20']);
    expect(Object.keys(report.tasks!.test!)).toEqual(['overall', 'strong']);
    expect(report.tasks!.test!.strong.metrics['ndcg@20']).toBeCloseTo(report.test['ndcg@20'], 9);
    const run = await loadRun(join(work, 'history'));
    const vectors = await run.historyVectors!();
    const user = Array.from(graph.users.ids.keys()).find((one) => rowOf(graph.test, one).length > 0)!;
    const expected = encodeHistory(vectors, rowOf(graph.foldIn!, user));
    const dim = run.embeddings!.embeddingDim;
    const own = run.embeddings!.users.subarray(user * dim, (user + 1) * dim);
    for (const [d, value] of expected.entries()) expect(own[d]).toBeCloseTo(value, 5);
    // what it was made of is not shown to it
    const input = [...rowOf(graph.foldIn!, user)].map((item) => graph.items.idOf(item));
    const shown = await recommendForUser(run, graph.users.idOf(user), { k: 80 });
    expect(shown.filter(({ id }) => input.includes(id))).toEqual([]);
  });

  it('beats a draw, as item-kNN does on the same input', async () => {
    await trained('item-knn', []);
    for (const preset of ['history', 'item-knn']) {
      const { metrics } = await evaluateRun(await loadRun(join(work, preset)));
      expect(metrics['recall@20']).toBeGreaterThan(20 / 80 + 0.05);
    }
  });

  it('is told apart from one that cannot', async () => {
    const warnings: string[] = [];
    const reporter = {
      info: () => {},
      warn: (text: string) => warnings.push(text),
      progress: () => ({ update() {}, finish() {} }),
    };
    await train({
      source: graph,
      preset: 'two-tower',
      run: join(work, 'two-tower'),
      set: [...SMALL, 'training.epochs=1'],
      backend: 'wasm',
      reporter,
    });
    expect(warnings.join('\n')).toContain('this encoder can make no user of items');
  });
});

it('historiesOf gives train, and the input where there is none; foldInUsers changes no other row', () => {
  const histories = historiesOf(graph.train, graph.foldIn);
  const had = (user: number) => [
    ...histories.userNeighbors.subarray(histories.userOffsets[user], histories.userOffsets[user + 1]),
  ];
  const edges = { offsets: graph.train.userOffsets, values: graph.train.userNeighbors };
  for (const [user] of graph.users.ids.entries()) {
    const [known, input] = [[...rowOf(edges, user)], [...rowOf(graph.foldIn!, user)]];
    expect(had(user)).toEqual(known.length > 0 ? known : input);
  }
  const vectors = {
    embeddingDim: 1,
    normalized: false,
    isWholeModel: true,
    countsRepeats: false,
    activation: 'none' as const,
    terms: [{ weight: 1, items: Float32Array.of(1, 2, 3) }],
  };
  const before = { embeddingDim: 1, normalized: false, users: Float32Array.of(7, 8), items: Float32Array.of(1, 1, 1) };
  const foldIn = raggedFromPairs(Int32Array.of(1, 1), Int32Array.of(0, 2), 2);
  const { users } = foldInUsers(before, vectors, foldIn);
  expect(users[0]).toBe(7);
  // (1 + 3) ÷ √2
  expect(users[1]).toBeCloseTo(4 / Math.SQRT2, 6);
});
