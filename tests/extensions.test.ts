/**
 * Own losses, views, rows, negative sources and metrics: a run with all of them goes through its whole life, one without them is
 * what it was, and whoever opens it without them is told what is missing.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registriesWith } from '../src/config/extensions/registries-with.js';
import {
  BUILT_IN,
  buildGraph,
  compareRuns,
  compareToFirst,
  createPlantedWorld,
  type Extensions,
  evaluateRun,
  explain,
  explainedBy,
  exportRun,
  fuseRuns,
  LOSSES,
  NEGATIVE_SOURCES,
  recommendForUser,
  resolveConfig,
  type StoredGraph,
  train,
  VIEWS,
  z,
} from '../src/index.js';
import { loadRun } from '../src/runs/load-run.js';
import { readStateFile } from '../src/runs/state-file.js';
import { bestBits } from './best-bits.js';
import { ownExtensions as extensions } from './own-extensions.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-extensions-'));
const run = (name: string): string => join(work, name);
let graph: StoredGraph;

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 80, numItems: 80, meanInteractions: 14 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const stateOf = (folder: string) => readStateFile(join(folder, 'last.state'))!.arrays;
const MISSING = { code: 'EXTENSION_MISSING' };

/** A run in which every part is an extension. */
const trainOwn = (folder: string, set: string[] = []) =>
  train({
    source: graph,
    preset: 'lightgcn',
    extensions,
    config: {
      encoder: {
        embeddingDim: 8,
        rows: { name: 'hashed', numBuckets: 40 },
        propagation: { name: 'lightgcn', numLayers: 2 },
      },
      views: { first: { name: 'popular-dropout', share: 0.4 }, second: { name: 'popular-dropout' } },
      losses: { main: { name: 'squared-hinge', margin: 0.3 }, contrastive: { name: 'agreement', weight: 0.05 } },
      negatives: { sources: [{ name: 'co-taken', ratio: 1 }, { name: 'uniform' }], numNegatives: 2 },
      training: { epochs: 3, batchSize: 256, learningRate: 0.02, monitor: 'f1@10' },
      evaluation: { topK: [10, 20] },
    },
    set,
    run: folder,
    backend: 'wasm',
  });

describe('a run of extensions', () => {
  beforeAll(async () => void (await trainOwn(run('own'))));

  it('learns, is selected by the own metric and reports it', async () => {
    const opened = await loadRun(run('own'), { extensions });
    const report = JSON.parse(readFileSync(join(run('own'), 'report.json'), 'utf8'));
    const { test, testIntervals, negatives } = report;
    expect(opened.manifest).toMatchObject({ monitor: 'f1@10', bestValue: expect.any(Number), finished: true });
    expect(opened.config.losses.main).toMatchObject({ name: 'squared-hinge', margin: 0.3, weight: 1 });
    expect(Object.keys(negatives)).toEqual(['co-taken', 'uniform']);
    expect(testIntervals['f1@20'][0]).toBeLessThanOrEqual(test['f1@20']);
    const { metrics, cohorts, perUser } = await evaluateRun(opened);
    expect(metrics['f1@10']).toBe(test['f1@10']);
    expect(cohorts[0].metrics['f1@10']).toBeGreaterThanOrEqual(0);
    for (const [row, f1] of perUser['f1@10'].entries()) {
      const [precision, recall] = [perUser['precision@10'][row], perUser['recall@10'][row]];
      expect(f1).toBeCloseTo(precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0, 5);
    }
    const records = readFileSync(join(run('own'), 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const [first, , last] = records.map((line) => JSON.parse(line).losses);
    expect(last.main).toBeLessThan(0.7 * first.main);
    expect(last.contrastive).toBeLessThan(first.contrastive);
  });

  it('repeats, and resumes within an epoch to the same state', async () => {
    await trainOwn(run('again'));
    expect(bestBits(run('again'))).toBe(bestBits(run('own')));
    await trainOwn(run('cut'), ['training.maxSteps=4']);
    const more = { run: run('cut'), resume: true, set: ['training.maxSteps=1000'], backend: 'wasm' } as const;
    await expect(train(more)).rejects.toMatchObject(MISSING);
    await train({ ...more, extensions });
    expect(stateOf(run('cut'))).toEqual(stateOf(run('own')));
  });

  it('recommends, exports, fuses and compares like any other', async () => {
    const opened = await loadRun(run('own'), { extensions });
    expect(await recommendForUser(opened, graph.users.idOf(0), { k: 3 })).toHaveLength(3);
    expect((await exportRun(opened, { out: run('bundle') })).verified.searches[0].exact).toBe(true);
    const folders = [run('own'), run('own')];
    await expect(fuseRuns(folders, run('fused'), { weights: [1, 1] })).rejects.toMatchObject(MISSING);
    await fuseRuns(folders, run('fused'), { weights: [1, 1], extensions });
    // its configuration is of today's own names
    const fused = await loadRun(run('fused'));
    await fuseRuns(folders, run('serial'), { serial: 30, extensions });
    await expect(loadRun(run('serial'))).rejects.toMatchObject(MISSING);
    expect((await loadRun(run('serial'), { extensions })).recommender.numItems).toBe(80);
    const { perUserMetrics } = await compareRuns({ a: opened, b: fused });
    expect(perUserMetrics.map(({ metric }) => metric)).not.toContain('f1@10');
    const twice = await compareRuns({ a: opened, b: opened });
    expect(twice.perUserMetrics.find(({ metric }) => metric === 'f1@10')).toMatchObject({ better: 'undecided' });
    for (const { perUserMetrics: rows } of await compareToFirst([opened, opened, opened])) {
      expect(rows.find(({ metric }) => metric === 'f1@10')).toMatchObject({ better: 'undecided', pHolm: 1 });
    }
  });

  it('is refused without them, by the key, the name and what to do', async () => {
    await expect(loadRun(run('own'))).rejects.toMatchObject({ ...MISSING, exitCode: 2 });
    await expect(loadRun(run('own'))).rejects.toThrow(
      /config\.yaml: losses\.main\.name is "squared-hinge", .*--extension FILE/,
    );
    const { losses, views, rows, negativeSources } = extensions;
    for (const [some, key] of [
      [{ losses: { 'squared-hinge': losses['squared-hinge'] } }, 'losses.contrastive.name is "agreement"'],
      [{ losses }, 'views.first.name is "popular-dropout"'],
      [{ losses, views }, 'encoder.rows.name is "hashed"'],
      [{ losses, views, rows }, 'negatives.sources[0].name is "co-taken"'],
      [{ losses, views, rows, negativeSources }, 'training.monitor is "f1"'],
    ] as const) {
      await expect(loadRun(run('own'), { extensions: some })).rejects.toThrow(key);
    }
  });
});

/** A row under another name, which its type need not know. */
const renamed = <Row extends { readonly schema: z.ZodObject }>(row: Row, name: string): Row => ({
  ...row,
  schema: row.schema.extend({ name: z.literal(name) }) as never,
});

describe('a built-in row under another name', () => {
  const copy: Extensions = {
    losses: { 'softmax-copy': renamed(LOSSES['in-batch-softmax'], 'softmax-copy') },
    views: { 'dropout-copy': renamed(VIEWS['edge-dropout'], 'dropout-copy') },
  };
  const small = ['training.epochs=2', 'training.batchSize=256', 'encoder.embeddingDim=8'];
  const trained = async (folder: string, set: readonly string[], own?: Extensions): Promise<string> => {
    const options = { source: graph, preset: 'joint', run: folder, backend: 'wasm' };
    await train({ ...options, set: [...small, ...set], extensions: own });
    return bestBits(folder);
  };

  it('gives the bits of the built-in one, over sampled neighbours too', async () => {
    const own = ['losses.main.name=softmax-copy', 'losses.main.temperature=0.15', 'views.first.name=dropout-copy'];
    expect(await trained(run('copy'), own, copy)).toBe(await trained(run('original'), []));
    const sampled = ['training.propagation=sampled'];
    const copied = await trained(run('copy-sampled'), [...own, ...sampled], copy);
    expect(copied).toBe(await trained(run('original-sampled'), sampled));
  });

  it('is there for those who gave it, at the same time as others with a row of that name', async () => {
    const other = { losses: { 'softmax-copy': renamed(LOSSES.bsl, 'softmax-copy') } };
    const own = ['losses.main.name=softmax-copy'];
    const [a, b] = [trained(run('a'), own, copy), trained(run('b'), own, other)];
    expect(await a).not.toBe(await b);
    await expect(trained(run('c'), own)).rejects.toThrow(/losses\.main\.name: expected in-batch-softmax \|/);
    expect(Object.keys(BUILT_IN.losses.main)).not.toContain('softmax-copy');
    expect(Object.keys(LOSSES)).not.toContain('softmax-copy');
  });
});

it('rows and sources that are not what they say are refused before the run folder is made', async () => {
  const { hashed } = extensions.rows;
  const create: typeof hashed.create = (...args) => ({ ...hashed.create(...args), idTable: args[0].buckets });
  const { queue } = NEGATIVE_SOURCES;
  for (const [own, set, message] of [
    [
      { rows: { hashed: { ...hashed, create } } },
      'encoder={ rows: { name: hashed }, propagation: { name: none } }',
      /id table/,
    ],
    [
      { negativeSources: { q: { ...renamed(queue, 'q'), isStored: false } } },
      'negatives.sources=[{ name: in-batch }, { name: q }]',
      /of the kind stored/,
    ],
  ] as const) {
    const refused = train({
      source: graph,
      preset: 'two-tower',
      extensions: own,
      set: [set],
      run: run('refused'),
      backend: 'wasm',
    });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ code: 'EXTENSION_ROW' });
    expect(existsSync(join(run('refused'), 'manifest.json'))).toBe(false);
  }
});

it('own rows are trained over sampled neighbours too', async () => {
  const report = await train({
    source: graph,
    preset: 'lightgcn',
    extensions: { rows: extensions.rows },
    config: {
      encoder: { embeddingDim: 8, rows: { name: 'hashed' }, propagation: { name: 'lightgcn', numLayers: 2 } },
      training: { epochs: 1, batchSize: 256, propagation: 'sampled', fanOut: [4, 3] },
    },
    run: run('sampled'),
    backend: 'wasm',
  });
  expect(report.test['recall@20']).toBeGreaterThan(0);
  expect(Object.keys(stateOf(run('sampled')))).toEqual(['buckets', 'buckets/m', 'buckets/v']);
});

describe('registries with extensions', () => {
  const registries = registriesWith(extensions);
  const resolve = (config: object) => resolveConfig([config as never], 'test', registries);

  it('resolve their options by their own schemas, as strictly as any', () => {
    const config = resolve({ losses: { main: { name: 'squared-hinge' } } });
    expect(config.losses.main).toEqual({ name: 'squared-hinge', weight: 1, similarity: 'cosine', margin: 0.2 });
    expect(() => resolve({ losses: { main: { name: 'squared-hinge', margn: 1 } } })).toThrow(/did you mean "margin"/);
    expect(() => resolve({ losses: { main: { name: 'squared-hinge', margin: -1 } } })).toThrow(/a number > 0/);
    expect(() => resolve({ losses: { main: { name: 'squared-hing' } } })).toThrow(/did you mean "squared-hinge"/);
    expect(() => resolve({ training: { monitor: 'f1@7' } })).toThrow(/add 7/);
  });

  it('hold contradictions to the rows, not to their names', () => {
    const contrast = { contrastive: { name: 'agreement', weight: 1 } };
    const views = { first: { name: 'popular-dropout' } };
    expect(() => resolve({ losses: contrast })).toThrow(/views that differ/);
    expect(() => resolve({ losses: contrast, views, encoder: { name: 'table' } })).toThrow(/changes edges/);
    const sampled = { training: { propagation: 'sampled' }, views, losses: contrast };
    expect(() => resolve(sampled)).toThrow(/views\.first popular-dropout needs the whole graph/);
  });

  it('explain them', () => {
    const [{ family, key, options }] = explain('squared-hinge', registries);
    expect([family, key]).toEqual(['loss', 'losses']);
    expect(options.find(({ name }) => name === 'margin')).toMatchObject({ default: 0.2, range: '> 0' });
    const families = Object.entries(explainedBy(registries)).filter(([, { entries }]) =>
      ['agreement', 'popular-dropout', 'hashed', 'co-taken'].some((name) => Object.hasOwn(entries, name)),
    );
    expect(families.map(([name]) => name)).toEqual(['negative source', 'loss', 'view', 'rows']);
    expect(() => explain('squared-hinge')).toThrow(/EXPLAIN_UNKNOWN|is not known/);
  });

  it('take losses of every role, and a stored source for what it is', () => {
    const own = registriesWith({
      losses: { 'concat-copy': renamed(LOSSES.concat, 'concat-copy'), 'dcl-copy': renamed(LOSSES.dcl, 'dcl-copy') },
      negativeSources: { 'queue-copy': renamed(NEGATIVE_SOURCES.queue, 'queue-copy') },
    });
    expect(Object.keys(own.losses.prototypes)).toContain('concat-copy');
    expect(Object.keys(own.losses.contrastive)).toContain('dcl-copy');
    const both = { negatives: { sources: [{ name: 'in-batch' }, { name: 'queue' }, { name: 'queue-copy' }] } };
    expect(() => resolveConfig([both], 'test', own)).toThrow(/lists queue and queue-copy, which both hold vectors/);
  });
});
