/**
 * A K far beyond the catalogue means all of it, at once: no function that takes one makes room for more than there is. A new
 * function that takes a K gets a row in `ASKED`.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Bundle,
  EmbeddingRecommender,
  ExactTopK,
  evaluateRun,
  ItemKnn,
  loadRun,
  openBundle,
  recommendForHistory,
  recommendForUser,
  SerialRecommender,
  selectTopK,
  similarItems,
  similarToItem,
  type TopK,
  TopKSelector,
  type TrainedRun,
  train,
} from '../src/index.js';
import { ClusteredIndex } from '../src/retrieval/clustered-index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-huge-k-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

let run: TrainedRun;
let knn: TrainedRun;
let serial: TrainedRun;
let bundle: Bundle;
beforeAll(async () => {
  cpSync(join(import.meta.dirname, 'fixtures', 'v0.1'), work, { recursive: true });
  const open = (name: string) => loadRun(join(work, 'runs', name));
  [run, knn, serial] = [await open('history'), await open('item-knn'), await open('fused-serial')];
  bundle = await openBundle(join(work, 'bundles', 'history'));
});

const scores = Float32Array.of(3, 1, 2);
const vectors = Float32Array.of(1, 0, 0, 1, 1, 1);
const some = Int32Array.of(0, 1, 2);
const ofThree = (top: TopK): number => (top.k === 3 ? top.ids.filter((id) => id >= 0).length : Number.NaN);

/** How many items (or queries of all items) come of a K of that size. */
const ASKED: Readonly<Record<string, (k: number) => Promise<number> | number>> = {
  recommendForUser: async (k) => (await recommendForUser(run, 'u01', { k, includeKnown: true })).length,
  'recommendForUser by neighbours': async (k) => (await recommendForUser(knn, 'u01', { k, includeKnown: true })).length,
  'recommendForUser in two stages': async (k) => (await recommendForUser(serial, 'u01', { k })).length,
  recommendForHistory: async (k) => (await recommendForHistory(run, ['i01'], { k, includeKnown: true })).items.length,
  similarToItem: async (k) => (await similarToItem(run, 'i01', { k })).length,
  'bundle.recommend': async (k) => (await bundle.recommend('u01', { k })).length,
  'bundle.recommend, some left out': async (k) => (await bundle.recommend('u01', { k, exclude: ['i01'] })).length,
  'bundle.recommendForHistory': async (k) => (await bundle.recommendForHistory(['i01', 'i02'], { k })).length,
  'bundle.similar': async (k) => (await bundle.similar('i01', { k })).length,
  'bundle.search': async (k) =>
    (await bundle.search(new Float32Array(bundle.index.embeddingDim).fill(1), { k })).length,
  'index.search': async (k) => (await bundle.index.search(new Float32Array(2 * bundle.index.embeddingDim), k)).k,
  evaluateRun: async (k) => {
    const { metrics } = await evaluateRun(run, { topK: [10, k] });
    // the whole catalogue finds everything that may be ranked
    return metrics[`recall@${k}`] === 1 && metrics[`precision@${k}`] > 0 ? Object.keys(metrics).length : Number.NaN;
  },
  selectTopK: (k) => ofThree(selectTopK(scores, k)),
  TopKSelector: (k) => {
    const selector = new TopKSelector(1, k, 3);
    selector.offer(0, scores, 0, 3, 0);
    return ofThree(selector.finish());
  },
  ExactTopK: async (k) => ofThree(await new ExactTopK(vectors, 2).search(Float32Array.of(1, 2), k)),
  similarItems: async (k) => {
    const top = await similarItems({ embeddingDim: 2, users: vectors, items: vectors, normalized: false }, some, k);
    return top.ids.length;
  },
  EmbeddingRecommender: async (k) => {
    const ranker = new EmbeddingRecommender({ embeddingDim: 2, users: vectors, items: vectors, normalized: false });
    return (await ranker.recommend(some, k)).ids.length;
  },
  SerialRecommender: async (k) => {
    const table = { embeddingDim: 2, users: vectors, items: vectors, normalized: false };
    const ranker = new SerialRecommender(new EmbeddingRecommender(table), table, 1e9);
    return (await ranker.recommend(some, k)).ids.length;
  },
  'ItemKnn.recommend': async (k) => (await new ItemKnn(run.graph.train, { numNeighbors: k }).recommend(some, k)).k,
  'ItemKnn.similarItems': (k) => new ItemKnn(run.graph.train).similarItems(some, k).k,
  ClusteredIndex: (k) =>
    ofThree(new ClusteredIndex(vectors, 2, { seed: 1, numProbes: k }).search(scores.slice(0, 2), k)),
};

it.each(Object.entries(ASKED))('%s', async (_, ask) => {
  const all = await ask(1000);
  expect(all).toBeGreaterThan(0);
  const before = process.memoryUsage();
  const begin = performance.now();
  for (const k of [1e8, 1e9, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])
    expect(await ask(k)).toBe(all);
  // a room of 1e8 numbers alone is 400 MB
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  expect(arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(200e6);
  expect(performance.now() - begin).toBeLessThan(5000);
});

it('evaluation.topK of a run', async () => {
  const report = await train({
    source: run.graph,
    preset: 'lightgcn',
    set: ['training.epochs=1', 'encoder.embeddingDim=4', 'evaluation.topK=[20,1000000000]'],
    run: join(work, 'new'),
  });
  expect(report.test['recall@1000000000']).toBe(1);
});
