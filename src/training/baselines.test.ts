/** A model that is worth less than what needs no training says so. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import { SILENT } from '../core/reporter.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { BaselineWatch } from './baseline-watch.js';
import { baselinesOf, belowBaseline } from './baselines.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-baselines-'));
let graph: StoredGraph;
beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 150, numItems: 120, meanInteractions: 20 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'dense' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const config = resolveConfig([], 'test');

describe('baselines', () => {
  it('are the validation figures of the presets of those names', async () => {
    const { popularity, itemKnn } = await baselinesOf(graph, config, 1e9);
    for (const [preset, value] of Object.entries({ popularity, 'item-knn': itemKnn })) {
      const { valid } = await train({ source: graph, preset, run: join(work, preset), backend: 'wasm' });
      expect(value).toBeCloseTo(valid['ndcg@20'], 9);
    }
  });

  it('have no item-kNN where that would cost more than an epoch', async () => {
    const { popularity, itemKnn } = await baselinesOf(graph, config, 0.01);
    expect(popularity).toBeGreaterThan(0);
    expect(itemKnn).toBeUndefined();
  });

  it('are fallen below under popularity, and under half of item-kNN', () => {
    const baselines = { popularity: 0.1, itemKnn: 0.3 };
    expect(belowBaseline(0.09, baselines)).toContain('popularity (0.1000)');
    expect(belowBaseline(0.14, baselines)).toContain("half of item-kNN's (0.3000)");
    expect(belowBaseline(0.15, baselines)).toBeUndefined();
    expect(belowBaseline(0.1, { popularity: 0.1 })).toBeUndefined();
  });
});

describe('a training', () => {
  // what suits gowalla, on a log that is 16 % dense
  const GOWALLA = {
    views: { pairing: 'cross-layer', first: { name: 'embedding-noise', magnitude: 0.1 } },
    losses: {
      main: { name: 'in-batch-softmax', similarity: 'inner-product', temperature: 1, logQ: 'frequency' },
      contrastive: { weight: 0.1, temperature: 0.2 },
      l2: { weight: 0.05 },
    },
    training: { learningRate: 0.008, schedule: { name: 'cosine' }, epochs: 4 },
  } as const;

  it('below them says so at a validation and in the report, with the key', async () => {
    const said: string[] = [];
    const reporter = { ...SILENT, warn: (message: string) => void said.push(message) };
    const run = join(work, 'gowalla');
    const report = await train({ source: graph, preset: 'lightgcn', config: GOWALLA, run, backend: 'wasm', reporter });
    expect(said.filter((message) => message.startsWith('epoch '))).toEqual([
      expect.stringMatching(/^epoch 3: ndcg@20 0\.\d+ on validation is below .*Likely: losses\.main\.similarity is/),
    ]);
    expect(report.warnings![0]).toMatch(/^the best of the run: ndcg@20 .* below .*losses\.main\.similarity/);
    expect(JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')).warnings).toEqual(report.warnings);
  });

  it('above them says nothing, but that its best epoch is the last', async () => {
    const said: string[] = [];
    const reporter = { ...SILENT, warn: (message: string) => void said.push(message) };
    const settings = { training: { batchSize: 256, learningRate: 0.02, epochs: 6, patience: 0 } };
    const losses = { main: { temperature: 0.5 } };
    const report = await train({
      source: graph,
      preset: 'two-tower',
      config: { ...settings, losses },
      run: join(work, 'good'),
      backend: 'wasm',
      reporter,
    });
    expect((report.warnings ?? []).filter((warning) => warning.includes('below'))).toEqual([]);
    expect(report.warnings?.some((warning) => warning.includes('best epoch is the last')) ?? false).toBe(
      report.bestEpoch === report.epochs,
    );
  });

  it('that has hardly moved is judged from the third epoch on, and at the end', async () => {
    const said: string[] = [];
    const watch = new BaselineWatch(graph, config, { ...SILENT, warn: (message) => void said.push(message) });
    for (const epoch of [1, 2]) await watch.see({ epoch, steps: epoch, value: 0 }, 0);
    expect(said).toEqual([]);
    expect(await watch.below({ epoch: 2, steps: 2, value: 0 })).toContain('training.learningRate');
    await watch.see({ epoch: 3, steps: 3, value: 0 }, 0);
    expect(said).toEqual([expect.stringMatching(/^epoch 3: .*training\.learningRate/)]);
  });

  it('that rises above them says that too, each once', async () => {
    const said: string[] = [];
    const say = (message: string) => void said.push(message);
    const watch = new BaselineWatch(graph, config, { ...SILENT, warn: say, info: say });
    for (const [i, value] of [0, 0, 1, 1, 0].entries()) await watch.see({ epoch: i + 1, steps: 1000, value }, 1e9);
    expect(said.map((message) => message.slice(0, 14))).toEqual(['epoch 1: ndcg@', 'epoch 3: above', 'epoch 5: ndcg@']);
  });
});
