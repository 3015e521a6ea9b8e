/** Rankers made as factors of an item-item matrix, from a graph to answers: a run with vectors like any trained one's. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../data/index.js';
import { exportRun, openBundle } from '../export/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { recommendForHistory, recommendForUser } from '../retrieval/index.js';
import { evaluateRun, fuseRuns, loadRun } from '../runs/index.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-factors-'));
let graph: StoredGraph;
beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 150, numItems: 120, meanInteractions: 20 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'dense' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const made = async (preset: string, run: string, more: string[] = [], source = graph) => ({
  report: await train({ source, preset, run: join(work, run), set: more, backend: 'wasm' }),
  run: await loadRun(join(work, run)),
});
const bestOf = (run: string) => readFileSync(join(work, run, 'best.state'));

describe.each([
  ['graph-filter', 'ranker.rank=8'],
  ['item-knn', 'ranker.rank=8'],
  ['ease', 'ranker.rank=8'],
])('%s with %s', (preset, ...set) => {
  it('is made without training, above popularity, and evaluates as it was reported', async () => {
    const { report, run } = await made(preset, preset, set);
    const { report: popular } = await made('popularity', `${preset}-popular`);
    expect(report).toMatchObject({ stopped: 'untrained', epochs: 0, steps: 0 });
    expect(report.test['ndcg@20']).toBeGreaterThan(popular.test['ndcg@20']);
    expect(run.embeddings!.embeddingDim).toBe(8);
    expect((await evaluateRun(run)).metrics['ndcg@20']).toBeCloseTo(report.test['ndcg@20'], 9);
  });

  it('is the same again, and reports again when it is resumed', async () => {
    await made(preset, `${preset}-again`, set);
    expect(bestOf(`${preset}-again`).equals(bestOf(preset))).toBe(true);
    const again = await train({ run: join(work, preset), resume: true, backend: 'wasm' });
    expect(again.test).toEqual((await loadRun(join(work, `${preset}-again`)).then((run) => evaluateRun(run))).metrics);
  });

  it('gives a history what it gives the user who has it', async () => {
    const run = await loadRun(join(work, preset));
    const { userOffsets, userNeighbors } = graph.train;
    const user = userOffsets.findIndex((offset, i) => userOffsets[i + 1] - offset > 5);
    const had = [...userNeighbors.subarray(userOffsets[user], userOffsets[user + 1])];
    const own = await recommendForUser(run, graph.users.idOf(user), { k: 10 });
    const { items, isWholeModel } = await recommendForHistory(
      run,
      had.map((item) => graph.items.idOf(item)),
      { k: 10 },
    );
    expect(isWholeModel).toBe(true);
    expect(items.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
    for (const [i, { score }] of items.entries()) expect(score).toBeCloseTo(own[i].score, 5);
  });

  it('exports, vectors and what makes new users', async () => {
    const run = await loadRun(join(work, preset));
    const { bundle } = await exportRun(run, { out: join(work, `${preset}-bundle`) });
    const opened = await openBundle(bundle);
    const id = graph.users.idOf(0);
    const ids = async (answer: Promise<readonly { id: string }[]>) => (await answer).map(({ id }) => id);
    const whole = recommendForUser(run, id, { k: 120, includeKnown: true });
    expect(await ids(opened.recommend(id, { k: 120 }))).toEqual(await ids(whole));
    const had = [3, 5, 8].map((item) => graph.items.idOf(item));
    const items = await opened.recommendForHistory(had, { k: 9 });
    const answer = await recommendForHistory(run, had, { k: 9 });
    expect(items.map(({ id }) => id)).toEqual(answer.items.map(({ id }) => id));
    for (const [i, { score }] of items.entries()) expect(score).toBeCloseTo(answer.items[i].score, 6);
  });

  it('fuses with another run, as it ranks and by cosine', async () => {
    const folders = [join(work, preset), join(work, `${preset}-again`)];
    const fused = await fuseRuns(folders, join(work, `${preset}-fused`), { weights: [1, 2] });
    const figures = async (folder: string) => (await evaluateRun(await loadRun(folder))).metrics['ndcg@20'];
    expect((await evaluateRun(fused)).metrics['ndcg@20']).toBeCloseTo(await figures(folders[0]), 6);
    const cosine = await fuseRuns(folders, join(work, `${preset}-cosine`), { weights: [1, 1], similarity: 'cosine' });
    expect(cosine.embeddings!.embeddingDim).toBe(16);
  });

  it('is fitted to validation pairs too when it is refitted', async () => {
    const run = join(work, `${preset}-refit`);
    const { refit, test } = await train({ source: graph, preset, run, set, refit: true, backend: 'wasm' });
    expect(refit!.test['recall@20']).not.toBe(test['recall@20']);
  });

  it('makes users whom training never saw of what they had', async () => {
    const { interactions } = createPlantedWorld({ seed: 3, numUsers: 150, numItems: 120, meanInteractions: 20 });
    const data = { split: { name: 'strong-generalisation' as const } };
    const strong = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'strong', data });
    const { report } = await made(preset, `${preset}-strong`, set, strong);
    expect(report.tasks!.test!.strong.metrics['recall@20']).toBeGreaterThan(20 / 120 + 0.05);
  });
});
