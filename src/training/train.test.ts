/** Runs from end to end on a small planted world: reproducibility, refusals, alarms, untrained presets. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestBits } from '../../tests/best-bits.js';
import type { Ragged } from '../core/ragged.js';
import { SILENT } from '../core/reporter.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { heldOutFor } from '../runs/held-out.js';
import { compareRuns, evaluateRun, loadRun, type TrainOptions } from '../runs/index.js';
import { lockRun } from '../runs/run-lock.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-train-'));
const SMALL = [
  'training.epochs=2',
  'training.batchSize=256',
  'encoder.embeddingDim=8',
  'losses.prototypes.numUserPrototypes=6',
  'losses.prototypes.numItemPrototypes=6',
];
let graph: StoredGraph;
let counter = 0;

const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  source: graph,
  set: SMALL,
  run: join(work, `run-${counter++}`),
  backend: 'wasm',
  ...more,
});

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 80, numItems: 80, meanInteractions: 14 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('train', () => {
  it('gives the same weights and figures for the same seed, others for another, and leaves no tensor', async () => {
    await train(options());
    const before = tf.memory().numTensors;
    const [a, b, other] = [options(), options(), options({ set: [...SMALL, 'seed=43'] })];
    const reports = [await train(a), await train(b), await train(other)];
    const weights = [a, b, other].map(({ run }) => bestBits(run!));
    expect(weights[1]).toBe(weights[0]);
    expect(reports[1].test).toEqual(reports[0].test);
    expect(weights[2]).not.toBe(weights[0]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('keeps the epoch that is best on validation, and reports it', async () => {
    const run = options({ set: [...SMALL, 'training.epochs=6', 'training.learningRate=0.02'] });
    const report = await train(run);
    const lines = readFileSync(join(run.run!, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const values: number[] = lines.map(({ valid }) => valid['ndcg@20']);
    expect(report.bestEpoch).toBe(values.indexOf(Math.max(...values)) + 1);
    expect(report.valid['ndcg@20']).toBeCloseTo(Math.max(...values), 6);
    expect(report.steps).toBe(6 * Math.ceil(graph.train.numEdges / 256));
    const [low, high] = report.testIntervals['recall@20'];
    expect(low).toBeLessThanOrEqual(report.test['recall@20']);
    expect(high).toBeGreaterThanOrEqual(report.test['recall@20']);
  });

  it('stops early after `patience` validations without improvement', async () => {
    const set = [...SMALL, 'training.epochs=50', 'training.patience=2', 'training.learningRate=1e-12'];
    const report = await train(options({ set }));
    expect(report).toMatchObject({ stopped: 'early', epochs: 3, bestEpoch: 1 });
  });

  it('with sampled neighbours learns, and resumes to the same weights', async () => {
    const sampled = [...SMALL, 'training.propagation=sampled', 'training.epochs=3', 'training.learningRate=0.02'];
    const [whole, cut] = [options({ set: sampled }), options({ set: [...sampled, 'training.maxSteps=5'] })];
    const report = await train(whole);
    await train(cut);
    await train({ run: cut.run, resume: true, set: ['training.maxSteps=1000'], backend: 'wasm' });
    const best = [whole, cut].map(({ run }) => readFileSync(join(run!, 'best.state')).toString('base64'));
    expect(best[1]).toBe(best[0]);
    const untrained = await train(options({ set: [...sampled, 'training.maxSteps=1', 'training.learningRate=1e-9'] }));
    expect(report.valid['ndcg@20']).toBeGreaterThan(untrained.valid['ndcg@20']);
  });

  it('stops at maxSteps inside an epoch, and goes on from there to the same end', async () => {
    const [whole, cut] = [options(), options({ set: [...SMALL, 'training.maxSteps=3'] })];
    await train(whole);
    expect(await train(cut)).toMatchObject({ stopped: 'max-steps', steps: 3 });
    const more = await train({ run: cut.run, resume: true, set: ['training.maxSteps=1000'], backend: 'wasm' });
    expect(more).toMatchObject({ stopped: 'epochs' });
    const last = (run: TrainOptions) =>
      JSON.parse(readFileSync(join(run.run!, 'metrics.jsonl'), 'utf8').trim().split('\n').at(-1)!);
    expect(last(cut).losses).toEqual(last(whole).losses);
    expect(last(cut).valid).toEqual(last(whole).valid);
  });

  it('fits on train and validation pairs when asked to, without selecting', async () => {
    const report = await train(options({ set: [...SMALL, 'training.fitOn=train+valid'] }));
    expect(report).toMatchObject({ epochs: 2, bestEpoch: 2, valid: {} });
    expect(report.test['recall@20']).toBeGreaterThan(0);
    const edges = graph.train.numEdges + graph.valid.values.length;
    expect(report.steps).toBe(2 * Math.ceil(edges / 256));
  });

  it('stops with the step and the part that diverged, and keeps the last good checkpoint', async () => {
    const diverging = options({
      preset: 'lightgcn-bpr',
      set: ['encoder.embeddingDim=8', 'training.learningRate=1e30', 'training.batchSize=256'],
    });
    await expect(train(diverging)).rejects.toMatchObject({
      code: 'TRAIN_DIVERGED',
      message: expect.stringMatching(/step \d+ \(epoch \d+\).*(main|l2) = (NaN|Infinity)/s),
    });
  });

  it('raises the collapse alarm when all embeddings become one point', async () => {
    // pulling positives together with nothing that pushes: prototypes that are frozen and hardly differ
    const set = [
      ...SMALL.slice(1, 3),
      'training.epochs=400',
      'training.patience=0',
      'training.learningRate=0.05',
      'training.evaluateEvery=20',
      'losses.main.weight=0',
      'losses.contrastive.weight=0',
      'losses.prototypes.name=concat',
      'losses.prototypes.weight=1',
      'losses.prototypes.numItemPrototypes=2',
      'losses.prototypes.epsilon=100',
      'losses.prototypes.temperature=10',
      'losses.l2.weight=0',
      'encoder.numLayers=4',
      'encoder.layerCombination=[0,0,0,0,1]',
    ];
    await expect(train(options({ set }))).rejects.toMatchObject({
      code: 'TRAIN_COLLAPSED',
      message: expect.stringMatching(/nearly one (point|line)/),
    });
  });

  it('checks that codes give prototypes equal shares, and warns where they do not', async () => {
    const warnings: string[] = [];
    const reporter = { ...SILENT, warn: (message: string) => void warnings.push(message) };
    const imbalance = async (iterations: number, epsilon: number, numItemPrototypes: number) => {
      const set = [
        ...SMALL,
        `losses.prototypes.iterations=${iterations}`,
        `losses.prototypes.epsilon=${epsilon}`,
        `losses.prototypes.numItemPrototypes=${numItemPrototypes}`,
      ];
      const run = options({ set, reporter });
      await train(run);
      const [line] = readFileSync(join(run.run!, 'metrics.jsonl'), 'utf8').split('\n');
      return JSON.parse(line).codeImbalance as number;
    };
    expect(await imbalance(100, 0.02, 6)).toBeLessThan(0.05);
    expect(warnings).toEqual([]);
    expect(await imbalance(1, 0.005, 40)).toBeGreaterThan(1);
    expect(warnings).toEqual([
      expect.stringMatching(/after 1 Sinkhorn iterations .* raise losses\.prototypes\.iterations/),
    ]);
  });

  it('keeps prototypes as they were for freezeSteps, then moves them', async () => {
    const prototypes = async (freezeSteps: number, maxSteps: number) => {
      const set = [...SMALL, `losses.prototypes.freezeSteps=${freezeSteps}`, `training.maxSteps=${maxSteps}`];
      const run = options({ set });
      await train(run);
      const { userPrototypes, itemPrototypes } = await loadRun(run.run!);
      return [...userPrototypes!.vectors, ...itemPrototypes!.vectors];
    };
    const frozen = await prototypes(3, 1);
    expect(await prototypes(3, 3)).toEqual(frozen);
    expect(await prototypes(2, 3)).not.toEqual(frozen);
  });

  it.each(['popularity', 'item-knn'])('evaluates %s without training', async (preset) => {
    const run = options({ preset, set: [] });
    const report = await train(run);
    expect(report).toMatchObject({ stopped: 'untrained', epochs: 0, steps: 0 });
    expect((await loadRun(run.run!)).embeddings === undefined).toBe(preset === 'item-knn');
    expect(report.test['recall@20']).toBeGreaterThan(0);
  });

  it('refuses to replace a run unless told to, and a resume that changes what a step does', async () => {
    const run = options();
    await train(run);
    await expect(train(run)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    await train({ ...run, overwrite: true });
    await expect(train({ run: run.run, resume: true, set: ['training.batchSize=8'] })).rejects.toMatchObject({
      code: 'RESUME_CHANGED',
    });
    await expect(train({ run: join(work, 'nowhere'), resume: true })).rejects.toMatchObject({ code: 'RUN_MISSING' });
    await expect(train(options({ source: undefined }))).rejects.toMatchObject({ code: 'TRAIN_NO_SOURCE' });
    await expect(train(options({ backend: 'wsm' }))).rejects.toThrow(/did you mean "wasm"/);
  });
});

describe('a run that another process trains', () => {
  it('is neither resumed nor replaced, and is as it was', async () => {
    const run = options();
    const report = await train(run);
    const unlock = lockRun(run.run!);
    await expect(train({ ...run, overwrite: true })).rejects.toMatchObject({ code: 'RUN_BUSY' });
    await expect(train({ run: run.run, resume: true })).rejects.toMatchObject({ code: 'RUN_BUSY' });
    expect(JSON.parse(readFileSync(join(run.run!, 'report.json'), 'utf8'))).toEqual(report);
    unlock();
    await train({ ...run, overwrite: true });
    expect(existsSync(join(run.run!, 'train.lock'))).toBe(false);
  });
});

describe('what is left out of a ranking', () => {
  const pairsOf = ({ offsets, values }: Ragged) =>
    Array.from({ length: offsets.length - 1 }, (_, user) =>
      [...values.subarray(offsets[user], offsets[user + 1])].map((item) => `${user}-${item}`),
    ).flat();

  it('is train on validation, and train and validation on test', () => {
    const train = pairsOf({ offsets: graph.train.userOffsets, values: graph.train.userNeighbors });
    const valid = pairsOf(graph.valid);
    expect(valid.length).toBeGreaterThan(0);
    expect(pairsOf(heldOutFor(graph, 'valid').exclude)).toEqual(train);
    expect(pairsOf(heldOutFor(graph, 'valid').relevant)).toEqual(valid);
    expect(pairsOf(heldOutFor(graph, 'test').exclude).sort()).toEqual([...train, ...valid].sort());
    expect(pairsOf(heldOutFor(graph, 'test').relevant)).toEqual(pairsOf(graph.test));
  });
});

describe('a finished run', () => {
  it('evaluates to the figures of its report, and compares with another over the same users', async () => {
    const [joint, popularity] = [options(), options({ preset: 'popularity', set: [] })];
    const report = await train(joint);
    await train(popularity);
    const runs = await Promise.all([joint, popularity].map(({ run }) => loadRun(run!)));
    const evaluated = await evaluateRun(runs[0]);
    expect(evaluated.metrics).toEqual(report.test);
    const { perUserMetrics } = await compareRuns({ a: runs[0], b: runs[1] }, { topK: [20] });
    const recall = perUserMetrics.find(({ metric }) => metric === 'recall@20')!;
    expect(recall.valueA).toBeCloseTo(report.test['recall@20'], 6);
  });
});
