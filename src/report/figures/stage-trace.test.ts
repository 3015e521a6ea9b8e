/** Where a user loses items, on vectors whose ranking can be read off. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeRun } from '../../../tests/fake-run.js';
import { type Ragged, raggedFromPairs } from '../../core/ragged.js';
import { exportRun } from '../../export/export-run.js';
import { EmbeddingRecommender } from '../../retrieval/embedding-recommender.js';
import { loadFaissNode } from '../../retrieval/faiss/faiss-backend.js';
import { heldOutStages } from './held-out-stages.js';
import { approximateBundle, stageOf, stageTraces } from './stage-trace.js';

const ragged = (...rows: number[][]): Ragged =>
  raggedFromPairs(
    Int32Array.from(rows.flatMap((row, i) => row.map(() => i))),
    Int32Array.from(rows.flat()),
    rows.length,
  );

describe('the stages of an item', () => {
  const embeddings = {
    embeddingDim: 2,
    users: Float32Array.of(1, 0, 0, 1),
    // item 3 has no vector
    items: Float32Array.of(0.9, 0.1, 0.5, 0.2, 0.7, 0.9, 0, 0, 0.2, 0.4),
    normalized: false,
  };
  const { graph } = fakeRun({ folder: 'nowhere', numUsers: 2, numItems: 5 });
  const run = { graph, embeddings, recommender: new EmbeddingRecommender(embeddings) };
  const question = { users: [0, 1], k: 2, relevant: ragged([1, 3], [0]), exclude: ragged([0], [2]) };

  it('are filtered, no candidate, or a rank', async () => {
    const [first, second] = await stageTraces(run, question);
    // scores of user 0: .9 (had), .5, .7, none, .2
    expect([...first.positions]).toEqual([0, 2, 1, -1, 3]);
    expect([...second.positions]).toEqual([3, 2, 0, -1, 1]);
    expect(first).toMatchObject({ user: 0, numRanked: 4, wanted: [1, 3], missed: undefined });
    expect([0, 1, 2, 3, 4].map((item) => stageOf(first, item, 2))).toEqual([
      'filtered',
      'recommended',
      'recommended',
      'no-candidate',
      'cut',
    ]);
  });

  it('tell what an approximate index misses of the exact list', async () => {
    const asked: unknown[] = [];
    const bundle = {
      recommend: async (id: string, options: unknown) => {
        asked.push([id, options]);
        return [{ id: graph.items.idOf(2), score: 1, label: '' }];
      },
    } as unknown as NonNullable<Parameters<typeof stageTraces>[1]['bundle']>;
    const [trace] = await stageTraces(run, { ...question, users: [0], bundle });
    expect(asked).toEqual([['u0', { k: 2, exclude: ['i0'] }]]);
    expect(trace.missed).toEqual([1]);
    expect([1, 2].map((item) => stageOf(trace, item, 2))).toEqual(['index', 'recommended']);
  });
});

describe('the stages of all held-out items', () => {
  it('are shares of ranks by the length of the list', async () => {
    const [dim, numItems] = [2, 200];
    // items by falling score for everybody; the last one has no vector
    const items = Float32Array.from({ length: numItems * dim }, (_, at) =>
      at % dim === 0 ? numItems - 1 - at / dim : 0,
    );
    const embeddings = { embeddingDim: dim, users: Float32Array.of(1, 0, 1, 0), items, normalized: false };
    const recommender = new EmbeddingRecommender(embeddings);
    // of user 0 item 0 is out of the way, so that ranks are one less
    const exclude = ragged([0], []);
    const relevant = ragged([1, 4, 150, 199], [1, 2, 10, 60]);
    const found = await heldOutStages(
      { recommender, embeddings },
      { users: Int32Array.of(0, 1), k: 2, relevant, exclude },
    );
    expect(found.numPairs).toBe(8);
    const counts = found.stages.map(({ name, share }) => [name, share * 8]);
    expect(counts).toEqual([
      // ranks 1; 2
      ['1–2', 2],
      // 4; 3
      ['3–10', 2],
      // 11
      ['11–50', 1],
      // 150; 61
      ['51+', 2],
      ['none', 1],
    ]);
  });
});

describe('the approximate index of a run', () => {
  const hasFaiss = loadFaissNode() !== undefined;
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'twinlight-trace-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is not there without a bundle, nor with an exact one', async () => {
    const exported = fakeRun({ folder });
    expect(await approximateBundle(exported)).toBeUndefined();
    await exportRun(exported);
    expect(await approximateBundle(exported)).toBeUndefined();
  });

  it('is left out with a word on why where it can’t be read', async () => {
    mkdirSync(join(folder, 'export'));
    expect(await approximateBundle(fakeRun({ folder }))).toMatch(/left out: /);
  });

  it.skipIf(!hasFaiss)('misses of the exact list what it does not answer with', async () => {
    const exported = fakeRun({ folder });
    await exportRun(exported, { index: 'IVF8,Flat', nprobe: 1 });
    const bundle = await approximateBundle(exported);
    if (bundle === undefined || typeof bundle === 'string') throw new Error(`no bundle: ${bundle}`);
    const users = Array.from({ length: 30 }, (_, user) => user);
    const nothing = ragged(...users.map(() => []));
    const had = ragged(...users.map((user) => [user % 7]));
    const traces = await stageTraces(exported, { users, k: 5, relevant: nothing, exclude: had, bundle });
    const { items, users: rows, embeddingDim } = exported.embeddings;
    let numMissed = 0;
    for (const { user, missed } of traces) {
      const query = rows.slice(user * embeddingDim, (user + 1) * embeddingDim);
      const score = (item: number): number =>
        query.reduce((sum, value, d) => sum + value * items[item * embeddingDim + d], 0);
      const exact = Array.from({ length: 120 }, (_, item) => item)
        .filter((item) => item !== user % 7)
        .sort((a, b) => score(b) - score(a))
        .slice(0, 5);
      const found = await bundle.index.search(query, 120);
      expect(missed).toEqual(exact.filter((item) => !found.ids.includes(item)));
      numMissed += missed!.length;
    }
    const later = { ...exported, manifest: { ...exported.manifest, bestEpoch: 3 } };
    expect(await approximateBundle(later)).toMatch(/of another graph or epoch/);
    // one of eight clusters: it would be odd if nothing were missed
    expect(numMissed).toBeGreaterThan(0);
  });
});
