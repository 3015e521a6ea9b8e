/** Training without a preset: what is tried, what is chosen, and that nothing is lost or chosen twice. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../../data/index.js';
import { buildGraph, type StoredGraph } from '../../graph/index.js';
import { readStateFile } from '../../runs/state-file.js';
import { train } from '../../training/index.js';
import { trainAuto } from '../index.js';
import { candidatesFor } from './candidates.js';
import { dataFacts } from './data-facts.js';
import { roundsOf } from './halving-rounds.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-auto-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let graph: StoredGraph;
let cold: StoredGraph;
beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 80, numItems: 60, meanInteractions: 14 });
  const graphsDir = join(work, 'graphs');
  graph = await buildGraph(interactions, { graphsDir, name: 'planted' });
  cold = await buildGraph(interactions, { graphsDir, name: 'cold', data: { split: { name: 'warm-cold-item' } } });
});

const SET = ['encoder.embeddingDim=8', 'training.batchSize=128', 'training.epochs=4'];
const auto = (name: string, more: object = {}) =>
  trainAuto({ source: graph, run: join(work, name), set: SET, backend: 'wasm', ...more });
const bestOf = (run: string) => readStateFile(join(run, 'best.state'))!.arrays;

describe('the facts of a graph', () => {
  it('are counts, medians, and what is new in validation', () => {
    const facts = dataFacts(cold);
    const { train: csr, valid } = cold;
    const degreeOf = (item: number): number => csr.itemOffsets[item + 1] - csr.itemOffsets[item];
    const isCold = [...valid.values].filter((item) => degreeOf(item) === 0);
    expect(facts).toMatchObject({ users: csr.numUsers, items: csr.numItems, pairs: csr.numEdges });
    expect(facts.coldShare).toBeCloseTo(isCold.length / valid.values.length, 9);
    expect(facts.coldShare).toBeGreaterThan(0.1);
    const degrees = Array.from({ length: csr.numItems }, (_, item) => degreeOf(item)).filter(Boolean);
    expect(facts.pairsPerItem).toBe(degrees.sort((a, b) => a - b)[degrees.length >> 1]);
    expect(facts.hasItemFields).toBe(true);
    expect(dataFacts(graph).coldShare).toBeLessThan(facts.coldShare);
  });

  it('decide what is tried: features where items are new, temperatures by how much users have', () => {
    const facts = { ...dataFacts(graph), coldShare: 0, pairsPerUser: 40 };
    const names = (more: object): string[] => candidatesFor({ ...facts, ...more }).map(({ name }) => name);
    expect(names({})).not.toContain('features');
    expect(names({ coldShare: 0.3 })[0]).toBe('features');
    expect(names({ coldShare: 0.3, hasItemFields: false })).not.toContain('features');
    expect(names({ pairsPerUser: 4 })).toContain('joint-one-pass at temperature 0.1');
    expect(names({ pairsPerUser: 40 })).toContain('joint-one-pass at temperature 0.4');
    expect(candidatesFor({ ...facts, pairs: 5e5 })[0].config).not.toHaveProperty('training.batchSize');
  });

  it('and how long each is tried', () => {
    expect(roundsOf(1e6, 2048)).toEqual([1, 3]);
    expect(roundsOf(80_000, 2048)).toEqual([3, 9]);
    expect(roundsOf(500, 2048)).toEqual([4, 12]);
  });
});

describe('training without a preset', () => {
  it('trains what is best on validation, to the bits of the same asked for by name', async () => {
    const report = await auto('run', { refit: true });
    const { tried, baselines, monitor } = report.auto!;
    expect(monitor).toBe('ndcg@20');
    expect(tried).toHaveLength(candidatesFor(dataFacts(graph)).length);
    const values = tried.filter(({ epochs }) => epochs === tried[0].epochs).map(({ value }) => value!);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(baselines.popularity).toBeGreaterThan(0);
    expect(report.preset).toBe(tried[0].preset);
    const chosen = candidatesFor(dataFacts(graph)).find(({ name }) => name === tried[0].name)!;
    const byName = { source: graph, preset: chosen.preset, config: chosen.config as object, set: SET };
    const named = await train({ ...byName, run: join(work, 'named'), backend: 'wasm' });
    expect(report.test).toEqual(named.test);
    expect(bestOf(join(work, 'run'))).toEqual(bestOf(join(work, 'named')));
    expect(report.refit!.test['recall@20']).toBeGreaterThan(0);
    expect(readdirSync(join(work, 'run', 'pilots'))).toEqual(['choice.json']);
  });

  it('goes on from where it was stopped, and does not choose twice', async () => {
    const controller = new AbortController();
    let said = 0;
    const reporter = {
      info: () => void (++said === 6 && controller.abort()),
      warn() {},
      progress: () => ({ update() {}, finish() {} }),
    };
    const stopped = await auto('stopped', { reporter, signal: controller.signal });
    expect(stopped.stopped).toBe('interrupted');
    expect(stopped.auto).toBeUndefined();
    expect(existsSync(join(work, 'stopped', 'manifest.json'))).toBe(false);
    const report = await auto('stopped');
    expect(report.auto!.tried).toEqual(
      JSON.parse(readFileSync(join(work, 'run', 'pilots', 'choice.json'), 'utf8')).tried,
    );
    expect(bestOf(join(work, 'stopped'))).toEqual(bestOf(join(work, 'run')));
  });

  it('lays what is given over every candidate, and leaves out those that it contradicts', async () => {
    const encoder = { name: 'table' as const };
    const report = await auto('given', { config: { encoder } });
    expect(report.auto!.tried.every(({ preset }) => preset === 'two-tower' || preset === 'lightgcn')).toBe(true);
    const changed = { config: { encoder: { name: 'lightgcn' as const, numLayers: 1 } } };
    const tables = await auto('changed', { ...changed, set: [...SET, 'encoder.name=table'] });
    expect(tables.auto!.tried.length).toBeGreaterThan(0);
    await expect(auto('none', { set: [...SET, 'encoder.nmae=table'] })).rejects.toThrow(/did you mean "name"/);
  });

  it('names no temperature that the given one replaces', async () => {
    const report = await auto('tempered', {
      config: { encoder: { name: 'table' }, losses: { main: { temperature: 0.3 } } },
    });
    expect(report.auto!.tried.map(({ name }) => name).sort()).toEqual(['lightgcn']);
  });

  it('tries features where items are new', async () => {
    const report = await auto('cold', { source: cold });
    expect(report.auto!.tried.map(({ name }) => name)).toContain('features');
  });

  it('is refused where there is nothing to choose by, and over another run', async () => {
    const nobody = { offsets: new Int32Array(graph.users.size + 1), values: new Int32Array(0) };
    await expect(auto('blind', { source: { ...graph, valid: nobody } })).rejects.toMatchObject({
      code: 'AUTO_NO_VALIDATION',
    });
    await expect(auto('run')).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    const both = [...SET, 'training.fitOn=train+valid'];
    await expect(auto('both', { set: both })).rejects.toMatchObject({ code: 'AUTO_NO_VALIDATION' });
    const whole = { ranker: { name: 'embeddings' as const }, encoder: { name: 'table' as const } };
    expect((await auto('whole', { config: whole })).auto!.tried.length).toBeGreaterThan(0);
    const ranker = [...SET, 'ranker.name=item-knn'];
    await expect(auto('ranker', { set: ranker })).rejects.toMatchObject({ code: 'AUTO_RANKER' });
  });
});
