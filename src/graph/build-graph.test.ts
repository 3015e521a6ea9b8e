import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UndirectedGraph } from 'graphology';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesOf } from '../core/atomic-file.js';
import type { Interactions, SplitInteractions } from '../data/interaction-set.js';
import { Vocabulary } from '../data/vocabulary.js';
import { hasEdge } from './bipartite-csr.js';
import { buildGraph } from './build-graph.js';
import { assertNoGraphLeak } from './check-graph.js';
import { describeGraph } from './describe-graph.js';
import { loadGraph } from './graph-store.js';

const root = mkdtempSync(join(tmpdir(), 'twinlight-build-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LOG = ['user,item,timestamp,event'];
for (let user = 0; user < 8; user++) {
  for (let step = 0; step < 6; step++) LOG.push(`u${user},i${(user * 3 + step) % 10},${1000 + 10 * step + user},click`);
}
const rows = (pairs: number[][], event?: number[]): Interactions => ({
  userIndex: Int32Array.from(pairs, (pair) => pair[0]),
  itemIndex: Int32Array.from(pairs, (pair) => pair[1]),
  ...(event && { event: Uint8Array.from(event) }),
});

const split = (): SplitInteractions => ({
  users: Vocabulary.from(['ann', 'bob']),
  items: Vocabulary.from(['tea', 'jam', 'rye']),
  train: rows(
    [
      [0, 0],
      [1, 1],
      [0, 2],
      [1, 0],
    ],
    [0, 0, 1, 2],
  ),
  valid: rows([[0, 1]]),
  test: rows(
    [
      [1, 2],
      [0, 0],
    ],
    [0, 1],
  ),
});

describe('buildGraph', () => {
  it('builds the same graph from files at two paths, and stores it once', async () => {
    writeFileSync(join(root, 'clicks.csv'), LOG.join('\n'));
    const first = await buildGraph(join(root, 'clicks.csv'), { graphsDir: join(root, 'graphs') });
    expect(first.manifest.id).toMatch(/^clicks_global-time_[0-9a-f]{8}$/);
    expect(JSON.stringify(first.manifest)).not.toContain(root);
    expect(first.manifest.source).toMatchObject({ kind: 'files', format: 'csv', files: [{ name: 'clicks.csv' }] });
    expect(first.manifest.data).toMatchObject({ seed: 42, split: { name: 'global-time' } });
    const { trainEdges, validPairs, testPairs } = first.manifest.counts;
    expect(trainEdges + validPairs + testPairs).toBe(48);

    cpSync(join(root, 'clicks.csv'), join(root, 'copy', 'clicks.csv'), { recursive: true });
    const second = await buildGraph(join(root, 'copy', 'clicks.csv'), { graphsDir: join(root, 'graphs') });
    expect(second.folder).toBe(first.folder);
    expect((await loadGraph(first.folder!)).manifest).toEqual(JSON.parse(JSON.stringify(first.manifest)));
    expect((await buildGraph(join(root, 'clicks.csv'), { maxGraphologyEdges: 0 })).manifest.hash).toBe(
      first.manifest.hash,
    );
  });

  it('takes a finished split: positives are edges and held-out pairs, other training events are kept apart', async () => {
    const graph = await buildGraph(split(), { name: 'shop', splitName: 'mine', describedAs: { kind: 'made up' } });
    expect(graph.manifest.id).toMatch(/^shop_mine_/);
    expect(graph.manifest.source).toEqual({ kind: 'made up' });
    expect(graph.folder).toBeUndefined();
    expect(graph.train.numEdges).toBe(2);
    expect(hasEdge(graph.train, 0, 2)).toBe(false);
    expect([...graph.test.values]).toEqual([2]);
    expect([...graph.otherEvents!.event!]).toEqual([1, 2]);
    expect([...graph.otherEvents!.itemIndex]).toEqual([2, 0]);
    expect(describeGraph(graph)).toMatchObject({
      otherEvents: 2,
      hasWeights: false,
      counts: { coldItems: 1 },
      statistics: { numEdges: 2, coldItems: 1 },
    });
  });

  it('splits a set in memory and a graphology graph alike', async () => {
    const users = Vocabulary.from(Array.from({ length: 8 }, (_, user) => `u${user}`));
    const items = Vocabulary.from(Array.from({ length: 10 }, (_, item) => `i${item}`));
    const pairs = Array.from({ length: 48 }, (_, at) => [at % 8, ((at % 8) * 3 + Math.floor(at / 8)) % 10]);
    const graphology = new UndirectedGraph();
    for (const id of users.ids) graphology.addNode(id, { side: 'user' });
    for (const id of items.ids) graphology.addNode(id, { side: 'item' });
    for (const [user, item] of pairs) graphology.addEdge(`u${user}`, `i${item}`);
    const fromSet = await buildGraph({ users, items, ...rows(pairs) }, { data: { seed: 1 } });
    const fromGraph = await buildGraph(graphology, { data: { seed: 1 } });
    expect(fromGraph.manifest.hash).toBe(fromSet.manifest.hash);
    expect(fromSet.manifest.source).toEqual({ kind: 'interactions' });
    expect(fromGraph.manifest.source).toEqual({ kind: 'graphology' });
    expect(fromSet.manifest.counts.testPairs).toBeGreaterThan(0);
    expect((await buildGraph(graphology, { data: { seed: 2 } })).manifest.hash).not.toBe(fromSet.manifest.hash);
  });

  it('refuses a pair in two parts, naming it', async () => {
    const testInTrain = { ...split(), test: rows([[1, 1]]) };
    await expect(buildGraph(testInTrain)).rejects.toThrow(
      '1 of 1 test pairs are training edges too, the first: user "bob", item "jam"',
    );
    const testInValid = { ...split(), test: rows([[0, 1]]) };
    await expect(buildGraph(testInValid)).rejects.toMatchObject({ code: 'GRAPH_LEAK', exitCode: 3 });
    const { train } = await buildGraph(split());
    const leak = { offsets: Int32Array.of(0, 1, 2), values: Int32Array.of(1, 1) };
    expect(() => assertNoGraphLeak(train, leak, 'validation')).toThrow(
      '1 of 2 validation pairs are training edges too, the first: user 1, item 1',
    );
  });

  it('refuses a split without training positives and options that would do nothing', async () => {
    await expect(buildGraph({ ...split(), train: rows([[0, 0]], [1]) })).rejects.toMatchObject({ code: 'GRAPH_EMPTY' });
    await expect(buildGraph(split(), { data: { seed: 1 } })).rejects.toThrow('option "data" has no effect');
    await expect(buildGraph('x.csv', { splitName: 'a' })).rejects.toThrow('option "splitName" has no effect');
    await expect(buildGraph(split(), { maxGraphologyEdges: -1 })).rejects.toThrow('must be 0 or more, got -1');
  });
});

const gowalla = join(process.env.TWINLIGHT_DATA ?? resolve(import.meta.dirname, '../../../shared/data'), 'gowalla');

describe('gowalla', () => {
  it.skipIf(!existsSync(gowalla))(
    'has the published counts and no leak (skipped where the data are not there)',
    async () => {
      const graph = await buildGraph(gowalla, { graphsDir: join(root, 'real') });
      const { users, items, trainEdges, validPairs, testPairs } = graph.manifest.counts;
      expect([users, items]).toEqual([29_858, 40_981]);
      expect([trainEdges + validPairs, validPairs, testPairs]).toEqual([810_128, 91_047, 217_242]);
      const loaded = await loadGraph(graph.folder!);
      // byte by byte: comparing large arrays element by element takes seconds
      for (const name of ['userOffsets', 'userNeighbors', 'itemOffsets', 'itemNeighbors', 'itemEdges'] as const) {
        expect(Buffer.compare(bytesOf(loaded.train[name]), bytesOf(graph.train[name])), name).toBe(0);
      }
    },
  );
});
