/** Runs that are fitted once more on train and validation: to what, when they go on, when they go, and what is served. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { refitFolderOf, servedFolder } from '../runs/index.js';
import { readStateFile } from '../runs/state-file.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-refit-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let graph: StoredGraph;
beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 90, numItems: 70, meanInteractions: 16 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});

const SET = [
  'encoder.embeddingDim=8',
  'training.batchSize=128',
  'training.learningRate=0.05',
  'training.epochs=8',
  'training.patience=2',
  'training.stallShare=any',
  'training.schedule.name=cosine',
];
const trained = (name: string, more: Partial<Parameters<typeof train>[0]> = {}) =>
  train({ source: graph, run: join(work, name), preset: 'two-tower', set: SET, refit: true, backend: 'wasm', ...more });
const bestOf = (run: string) => readStateFile(join(run, 'best.state'))!.arrays;

describe('a refit', () => {
  it('is the run that train and validation make together in the epochs that validation chose', async () => {
    const report = await trained('run');
    const { bestEpoch, refit } = report;
    expect(bestEpoch).toBeGreaterThan(0);
    expect(bestEpoch).toBeLessThan(8);
    const pairs = graph.train.numEdges + graph.valid.values.length;
    const steps = bestEpoch * Math.ceil(pairs / 128);
    expect(refit).toMatchObject({ run: join(work, 'run', 'refit'), epochs: bestEpoch, bestEpoch, steps, valid: {} });
    expect(refit!.test['recall@20']).not.toBe(report.test['recall@20']);
    const by = ['training.fitOn=train+valid', `training.maxSteps=${steps}`, 'training.patience=0'];
    const alone = join(work, 'alone');
    const { test } = await trained('alone', { set: [...SET, ...by], refit: false });
    expect(refit!.test).toEqual(test);
    expect(bestOf(refitFolderOf(join(work, 'run')))).toEqual(bestOf(alone));
    expect(servedFolder(join(work, 'run'))).toBe(join(work, 'run', 'refit'));
    expect(servedFolder(alone)).toBe(alone);
  });

  it('goes on where it was stopped, to the same bits, and is served when it is done', async () => {
    const folder = join(work, 'stopped');
    const controller = new AbortController();
    let steps = 0;
    const progress = () => ({
      update() {
        // within the refit
        if (existsSync(join(folder, 'refit', 'manifest.json')) && ++steps === 3) controller.abort();
      },
      finish() {},
    });
    const reporter = { info() {}, warn() {}, progress };
    const stopped = await trained('stopped', { reporter, signal: controller.signal });
    expect(stopped.refit!.stopped).toBe('interrupted');
    expect(servedFolder(folder)).toBe(folder);
    const { refit } = await train({ run: folder, resume: true, refit: true, backend: 'wasm' });
    expect(refit!.stopped).toBe('max-steps');
    expect(bestOf(servedFolder(folder))).toEqual(bestOf(join(work, 'run', 'refit')));
    const again = await train({ run: folder, resume: true, refit: true, backend: 'wasm' });
    expect(again.refit!.test).toEqual(refit!.test);
  });

  it('goes with the run that it was of', async () => {
    const folder = join(work, 'anew');
    await trained('anew');
    await trained('anew', { overwrite: true, refit: false });
    expect(existsSync(refitFolderOf(folder))).toBe(false);
    expect(servedFolder(folder)).toBe(folder);
  });

  it('is not served by a run that has chosen another epoch since', async () => {
    const folder = join(work, 'longer');
    const first = ['training.epochs=1', 'training.schedule.name=constant'];
    const { bestEpoch } = await trained('longer', { set: [...SET, ...first] });
    expect(servedFolder(folder)).toBe(refitFolderOf(folder));
    const set = ['training.epochs=4'];
    const longer = await train({ run: folder, resume: true, set, backend: 'wasm' });
    expect(longer.bestEpoch).toBeGreaterThan(bestEpoch);
    expect(servedFolder(folder)).toBe(folder);
    await train({ run: folder, resume: true, refit: true, backend: 'wasm' });
    expect(servedFolder(folder)).toBe(refitFolderOf(folder));
  });

  it('of what needs no training is a second fit', async () => {
    const report = await trained('knn', { preset: 'item-knn', set: [] });
    expect(report.refit!.test['recall@20']).not.toBe(report.test['recall@20']);
    expect(servedFolder(join(work, 'knn'))).toBe(join(work, 'knn', 'refit'));
  });

  it('is refused before anything is written where there is nothing to choose by', async () => {
    const both = [...SET, 'training.fitOn=train+valid'];
    await expect(trained('none', { set: both })).rejects.toMatchObject({ code: 'REFIT_FIT_ON' });
    const waiting = 'negatives.sources=[{name: in-batch}, {name: uniform, afterStall: 1}]';
    await expect(trained('none', { set: [...SET, waiting] })).rejects.toThrow(/fitOn train\+valid/);
    const nobody = { offsets: new Int32Array(graph.users.size + 1), values: new Int32Array(0) };
    const source: StoredGraph = { ...graph, valid: nobody };
    await expect(trained('none', { source })).rejects.toMatchObject({ code: 'REFIT_NO_VALIDATION' });
    expect(existsSync(join(work, 'none', 'manifest.json'))).toBe(false);
  });
});
