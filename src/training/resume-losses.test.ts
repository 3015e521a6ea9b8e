/**
 * What the losses keep beside embeddings (clusters, temperatures of users, scores of K-th items, a learned temperature, a
 * projection head) survives a stop in the middle of an epoch bit for bit, and stays out of what is served.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { readStateFile } from '../runs/state-file.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-resume-losses-'));
const SET = [
  'training.epochs=4',
  'training.batchSize=256',
  'training.patience=0',
  'encoder.embeddingDim=8',
  'losses.main.temperature={ name: adaptive }',
  'losses.main.topK={ k: 5, numSampled: 30, refreshEvery: 2 }',
  'losses.contrastive.temperature={ name: learned }',
  'losses.contrastive.head={ name: mlp, hiddenDim: 6, outputDim: 5 }',
  'losses.contrastive.weight=0.2',
  'losses.prototypes={ name: prototype-nce, weight: 0.2, startEpoch: 1, refreshEvery: 2, numUserPrototypes: 5, numItemPrototypes: 6 }',
];
const OWN = [
  'clusters/user/centroids',
  'clusters/user/assignment',
  'clusters/item/centroids',
  'clusters/item/assignment',
  'userTemperatures',
  'topKScores',
  'temperature/contrastive',
  'temperature/contrastive/m',
  'projectionHead/0/weights',
  'projectionHead/0/bias',
  'projectionHead/1/weights',
];
let graph: StoredGraph;

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 80, numItems: 80, meanInteractions: 14 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const stateOf = (run: string) => readStateFile(join(run, 'last.state'))!.arrays;

it('a run stopped within an epoch and resumed ends with the state of one that went through', async () => {
  const whole = join(work, 'whole');
  await train({ source: graph, run: whole, set: SET, backend: 'wasm' });
  const expected = stateOf(whole);
  expect(Object.keys(expected)).toEqual(expect.arrayContaining(OWN));
  const perEpoch = Math.ceil(graph.train.numEdges / 256);
  // within epoch 2, whose clusters are those of epoch 1; at an epoch's end; within epoch 3
  for (const steps of [perEpoch + 1, 2 * perEpoch, 2 * perEpoch + 2]) {
    const run = join(work, `cut-${steps}`);
    await train({ source: graph, run, set: [...SET, `training.maxSteps=${steps}`], backend: 'wasm' });
    await train({ run, resume: true, set: ['training.maxSteps=1000'], backend: 'wasm' });
    expect(stateOf(run)).toEqual(expected);
  }
});

it('tells the temperature of every epoch, keeps prototypes to draw, and serves embeddings of their own length', async () => {
  const run = join(work, 'whole');
  const records = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const { temperature, losses } of records) {
    expect(temperature).toBeGreaterThanOrEqual(0.05);
    expect(temperature).toBeLessThanOrEqual(1);
    expect(losses.temperature).toBeUndefined();
    expect(losses.prototypes).toBeGreaterThan(0);
  }
  expect(new Set(records.map(({ temperature }) => temperature)).size).toBeGreaterThan(1);
  const best = readStateFile(join(run, 'best.state'))!.arrays;
  expect(best.users.shape).toEqual([graph.train.numUsers, 8]);
  expect(best.userPrototypes.shape).toEqual([5, 8]);
  expect(best.itemPrototypes.shape).toEqual([6, 8]);
});
