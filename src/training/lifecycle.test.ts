/** What a run folder goes through: made, refused, overwritten, extended, cut and carried on; never half of anything. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestBits } from '../../tests/best-bits.js';
import { SILENT } from '../core/reporter.js';
import { readConfigFile } from '../core/strict-config.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { similarToItem } from '../retrieval/index.js';
import { evaluateRun, fuseRuns, loadRun, type TrainOptions } from '../runs/index.js';
import { readStateFile } from '../runs/state-file.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-lifecycle-'));
const SMALL = ['training.batchSize=256', 'encoder.embeddingDim=8', 'training.learningRate=0.01'];
let graph: StoredGraph;
let counter = 0;
const options = (set: readonly string[], more: Partial<TrainOptions> = {}) => ({
  source: graph,
  preset: 'lightgcn',
  set: [...SMALL, ...set],
  run: join(work, `run-${counter++}`),
  backend: 'wasm',
  ...more,
});

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 80, numItems: 80, meanInteractions: 14 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('a folder', () => {
  it('that is no run is never touched, not even with overwrite', async () => {
    const run = options(['training.epochs=1']);
    mkdirSync(run.run);
    writeFileSync(join(run.run, 'thesis.txt'), 'years');
    for (const overwrite of [false, true]) {
      await expect(train({ ...run, overwrite })).rejects.toMatchObject({
        code: 'RUN_EXISTS',
        message: expect.stringContaining('thesis.txt'),
      });
    }
    expect(readdirSync(run.run)).toEqual(['thesis.txt']);
  });

  it('with nothing but what a killed process leaves becomes a run', async () => {
    const run = options(['training.epochs=1']);
    mkdirSync(run.run);
    for (const name of ['config.yaml', '.last.state.tmp-12-3', 'train.lock']) writeFileSync(join(run.run, name), '{');
    await train(run);
    expect(readdirSync(run.run).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('keeps its run when a replacement is refused, and other files when it is not', async () => {
    const run = options(['training.epochs=1']);
    await train(run);
    writeFileSync(join(run.run, 'notes.txt'), 'mine');
    const before = bestBits(run.run);
    const refused = { ...run, overwrite: true, set: [...run.set, 'positives.exposedWeight=0.5'] };
    await expect(train(refused)).rejects.toMatchObject({ code: 'POSITIVES_NO_EVENTS' });
    expect(bestBits(run.run)).toBe(before);
    expect((await loadRun(run.run)).manifest.finished).toBe(true);
    await train({ ...run, overwrite: true, set: [...run.set, 'seed=7'] });
    expect(bestBits(run.run)).not.toBe(before);
    expect(readFileSync(join(run.run, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('of a graph that is built takes no other data keys, nor a graph for a run', async () => {
    const run = options(['training.epochs=1', 'data.kCore=5']);
    await expect(train(run)).rejects.toMatchObject({
      code: 'TRAIN_DATA',
      message: expect.stringContaining('data.kCore'),
    });
    const same = options(['training.epochs=1', 'data.kCore=0']);
    await train(same);
    const { data } = readConfigFile(join(same.run, 'config.yaml')) as { data: { split: { name: string } } };
    expect(data.split.name).toBe('global-time');
    await expect(loadRun(graph.folder!)).rejects.toThrow(/this is a graph, not a run/);
  });

  it('is not left behind by a run that could not begin', async () => {
    const run = options(['positives.weights=edge']);
    await expect(train(run)).rejects.toMatchObject({ code: 'POSITIVES_NO_WEIGHTS' });
    expect(existsSync(run.run)).toBe(false);
  });
});

describe('a run that goes on', () => {
  it('for more epochs keeps them on file, so that one that is stopped again ends as if it had had them from the start', async () => {
    const [whole, extended] = [options(['training.epochs=4']), options(['training.epochs=2'])];
    await train(whole);
    await train(extended);
    const stop = new AbortController();
    const more = { run: extended.run, resume: true, set: ['training.epochs=4'], backend: 'wasm' };
    const onEpoch = (): void => stop.abort();
    expect(await train({ ...more, signal: stop.signal, onEpoch })).toMatchObject({ stopped: 'interrupted' });
    expect((readConfigFile(join(extended.run, 'config.yaml')).training as { epochs: number }).epochs).toBe(4);
    expect((await loadRun(extended.run)).manifest.finished).toBe(false);
    expect(existsSync(join(extended.run, 'report.json'))).toBe(false);
    expect(await train({ run: extended.run, resume: true, backend: 'wasm' })).toMatchObject({ epochs: 4 });
    expect(bestBits(extended.run)).toBe(bestBits(whole.run));
  });

  it.each([1, 3])('after onEpoch rejected in epoch %d ends as if it had not', async (last) => {
    const [whole, cut] = [options(['training.epochs=3']), options(['training.epochs=3'])];
    await train(whole);
    const onEpoch = async ({ epoch }: { epoch: number }): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (epoch === last) throw new Error('the dashboard is down');
    };
    await expect(train({ ...cut, onEpoch })).rejects.toThrow('the dashboard is down');
    const { meta } = readStateFile<{ history: unknown[] }>(join(cut.run, 'last.state'))!;
    expect(meta.history).toHaveLength(last);
    expect(await train({ run: cut.run, resume: true, backend: 'wasm' })).toMatchObject({ epochs: 3 });
    expect(bestBits(cut.run)).toBe(bestBits(whole.run));
  });

  it('waits for onEpoch before the next epoch', async () => {
    const calls: string[] = [];
    const onEpoch = async ({ epoch }: { epoch: number }): Promise<void> => {
      calls.push(`begin ${epoch}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      calls.push(`end ${epoch}`);
    };
    await train({ ...options(['training.epochs=2']), onEpoch });
    expect(calls).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('after maxSteps is the same run under a falling learning rate; for more epochs it says that it is not', async () => {
    const cosine = ['training.epochs=3', 'training.schedule.name=cosine'];
    const [whole, cut] = [options(cosine), options([...cosine, 'training.maxSteps=4'])];
    await train(whole);
    await train(cut);
    const said: string[] = [];
    const reporter = { ...SILENT, warn: (message: string) => void said.push(message) };
    const resumed = { run: cut.run, resume: true, backend: 'wasm', reporter };
    await train({ ...resumed, set: ['training.maxSteps=1000'] });
    expect(bestBits(cut.run)).toBe(bestBits(whole.run));
    expect(said).toEqual([]);
    await train({ ...resumed, set: ['training.epochs=4'] });
    expect(said).toEqual([expect.stringMatching(/epochs was 3 and is 4: the learning rate falls over 4 epochs/)]);
  });

  it('that pauses after some epochs goes on to the bits of one that did not, however often', async () => {
    const cosine = ['training.epochs=4', 'training.schedule.name=cosine'];
    const [whole, cut] = [options(cosine), options(cosine)];
    await train(whole);
    const resumed = { run: cut.run, resume: true, backend: 'wasm' };
    expect(await train({ ...cut, pauseAfter: 1 })).toMatchObject({ stopped: 'interrupted', epochs: 1 });
    // as after a kill between the end of the epoch and that of the process
    expect(await train({ ...resumed, pauseAfter: 1 })).toMatchObject({ stopped: 'interrupted', epochs: 1 });
    expect(await train({ ...resumed, pauseAfter: 3 })).toMatchObject({ stopped: 'interrupted', epochs: 3 });
    expect(existsSync(join(cut.run, 'report.json'))).toBe(false);
    expect(await train({ ...resumed, pauseAfter: 4 })).toMatchObject({ stopped: 'epochs', epochs: 4 });
    expect(bestBits(cut.run)).toBe(bestBits(whole.run));
  });

  it('leaves test alone when told to', async () => {
    const said: string[] = [];
    const reporter = { ...SILENT, warn: (message: string) => void said.push(message) };
    const run = options(['training.epochs=1'], { skipTest: true, reporter });
    const { valid, test, evaluatedUsers, tasks } = await train(run);
    expect(Object.keys(valid).length).toBeGreaterThan(0);
    expect([test, evaluatedUsers.test, tasks?.test]).toEqual([{}, 0, undefined]);
    expect(said.filter((message) => /test/.test(message))).toEqual([]);
    expect((await evaluateRun(await loadRun(run.run))).metrics['ndcg@20']).toBeGreaterThan(0);
  });

  it('raises the alarm of a collapse again, from the checkpoint before it', async () => {
    const collapsing = [
      'training.epochs=400',
      'training.evaluateEvery=20',
      'training.patience=0',
      'training.learningRate=0.05',
      'losses.main={name: alignment-uniformity, gamma: 0}',
      'losses.l2.weight=0',
    ];
    const run = options(collapsing, { preset: 'two-tower' });
    const alarm = { code: 'TRAIN_COLLAPSED' };
    await expect(train(run)).rejects.toMatchObject(alarm);
    const { epoch } = readStateFile<{ epoch: number }>(join(run.run, 'last.state'))!.meta;
    await expect(train({ run: run.run, resume: true, backend: 'wasm' })).rejects.toMatchObject(alarm);
    expect(readStateFile<{ epoch: number }>(join(run.run, 'last.state'))!.meta.epoch).toBe(epoch);
  });

  it('refuses fewer epochs than it has, and leaves its configuration alone', async () => {
    const run = options(['training.epochs=3']);
    await train(run);
    await expect(train({ run: run.run, resume: true, set: ['training.epochs=2'] })).rejects.toMatchObject({
      code: 'RESUME_CHANGED',
      message: expect.stringContaining('3 epochs are trained already'),
    });
    expect((readConfigFile(join(run.run, 'config.yaml')).training as { epochs: number }).epochs).toBe(3);
  });

  it('never has weights on file that are not finite', async () => {
    const run = options(['training.learningRate=1e39', 'training.checkpointEvery=1']);
    await expect(train(run)).rejects.toMatchObject({
      code: 'TRAIN_DIVERGED',
      message: expect.stringContaining('no longer finite'),
    });
    expect(existsSync(join(run.run, 'last.state'))).toBe(false);
  });

  it('says what of its configuration does nothing', async () => {
    const said: string[] = [];
    const reporter = { ...SILENT, warn: (message: string) => void said.push(message) };
    const idle = [
      'negatives.numNegatives=8',
      'views.first.name=edge-dropout',
      'losses.prototypes={name: prototype-nce, weight: 0.1}',
    ];
    await train(options(['training.epochs=1', ...idle], { reporter }));
    expect(said.map((message) => message.split(' ')[0]).sort()).toEqual([
      'losses.prototypes',
      'negatives.numNegatives',
      'views.first',
    ]);
  });

  it('records the temperature of every part that has more than a number', async () => {
    const run = options([
      'training.epochs=1',
      'losses.main.temperature={name: learned}',
      'losses.contrastive={weight: 0.1, temperature: {name: scheduled, from: 0.5, to: 0.2, steps: 10}}',
      'views.second.name=embedding-noise',
    ]);
    await train(run);
    const record = JSON.parse(readFileSync(join(run.run, 'metrics.jsonl'), 'utf8').split('\n')[0]);
    expect(record.temperature).toBeGreaterThan(0);
    expect(record.contrastiveTemperature).toBeGreaterThan(0.2);
    expect(record.contrastiveTemperature).toBeLessThan(0.5);
    expect(Object.keys(record.losses)).not.toContain('contrastiveTemperature');
  });
});

describe('a run that was fitted to the validation pairs', () => {
  it('is not evaluated on them, nor is what it is fused into', async () => {
    const [fitted, other] = [
      options(['training.epochs=1', 'training.fitOn=train+valid']),
      options(['training.epochs=1']),
    ];
    for (const run of [fitted, other]) await train(run);
    const fused = await fuseRuns([other.run, fitted.run], join(work, 'fused'), { weights: [1, 1] });
    for (const run of [await loadRun(fitted.run), fused]) {
      await expect(evaluateRun(run, { part: 'valid' })).rejects.toMatchObject({ code: 'EVAL_FITTED' });
      expect((await evaluateRun(run)).metrics['recall@20']).toBeGreaterThan(0);
    }
    expect((await evaluateRun(await loadRun(other.run), { part: 'valid' })).metrics['recall@20']).toBeGreaterThan(0);
  });

  it('ranks no window for a graph that holds them out', async () => {
    const source = (model: string) =>
      `negatives.sources=[{name: in-batch}, {name: rank-window, from: 2, to: 9, model: '${model}'}]`;
    for (const [fitOn, isRefused] of [
      ['train+valid', true],
      ['train', false],
    ] as const) {
      const model = { ...options([]), preset: 'popularity', set: [`training.fitOn=${fitOn}`] };
      await train(model);
      const trained = train(options(['training.epochs=1', source(model.run)]));
      if (isRefused) await expect(trained).rejects.toMatchObject({ code: 'NEGATIVES_RUN' });
      else expect(await trained).toMatchObject({ epochs: 1 });
    }
  });

  it('counts them in where nothing is trained', async () => {
    const totals: number[] = [];
    for (const fitOn of ['train', 'train+valid']) {
      const run = { ...options([]), preset: 'popularity', set: [`training.fitOn=${fitOn}`] };
      await train(run);
      const { embeddings } = await loadRun(run.run);
      await expect(similarToItem({ graph, embeddings }, graph.items.idOf(0))).rejects.toThrow(/one number an item/);
      totals.push(embeddings!.items.reduce((sum, value) => sum + value, 0));
    }
    expect(totals).toEqual([graph.train.numEdges, graph.train.numEdges + graph.valid.values.length]);
  });
});
