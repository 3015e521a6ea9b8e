/**
 * What towers bring to a run (fields, ids that are left out, borrowed rows, cut items, contrast of features, hidden units that are
 * dropped) survives a stop in the middle of an epoch bit for bit, over the whole graph and over sampled neighbours.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { loadRun } from '../runs/index.js';
import type { TrainOptions } from '../runs/open-run.js';
import { readStateFile } from '../runs/state-file.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-resume-towers-'));
let graph: StoredGraph;

beforeAll(async () => {
  const { interactions } = createPlantedWorld({
    seed: 3,
    numUsers: 80,
    numItems: 80,
    meanInteractions: 14,
  });
  graph = await buildGraph(interactions, {
    graphsDir: join(work, 'graphs'),
    name: 'planted',
    data: { split: { name: 'warm-cold-item' } },
  });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

type Config = Exclude<TrainOptions['config'], string | undefined>;

const ALL_ON: Config = {
  training: { epochs: 3, batchSize: 128, patience: 0 },
  encoder: {
    embeddingDim: 8,
    rows: {
      name: 'tower',
      tower: { join: 'concat', senet: true, layers: [6], norm: 'layer', dropout: 0.3, valueDropout: 0.2 },
    },
    propagation: { name: 'lightgcn', numLayers: 1 },
  },
  losses: { features: { weight: 0.5, batchSize: 20, head: { name: 'linear', outputDim: 5 } } },
  coldStart: { idDropout: 0.4, alignment: { weight: 0.2 }, neighbours: 3, neighbourPower: 2, cutItems: 0.2 },
  positives: { messages: 'without-batch', messageDropout: 0.2 },
};
const SAMPLED: Config = {
  ...ALL_ON,
  training: { ...ALL_ON.training, propagation: 'sampled' },
  coldStart: { idDropout: 0.4, alignment: { weight: 0.2 } },
  positives: {},
};
const stateOf = (run: string) => readStateFile(join(run, 'last.state'))!.arrays;

it.each([
  ['whole', ALL_ON],
  ['sampled', SAMPLED],
])(
  '%s: a run stopped within an epoch and resumed ends with the state of one that went through',
  async (name, config) => {
    const whole = join(work, name);
    await train({ source: graph, run: whole, config, backend: 'wasm' });
    const expected = stateOf(whole);
    expect(Object.keys(expected)).toEqual(
      expect.arrayContaining(['embedding', 'itemTower/0/weights', 'itemTower/senet/reduce', 'featureHead/0/weights']),
    );
    const perEpoch = Math.ceil(graph.train.numEdges / 128);
    for (const steps of [perEpoch + 1, 2 * perEpoch]) {
      const run = join(work, `${name}-${steps}`);
      await train({ source: graph, run, config, set: [`training.maxSteps=${steps}`], backend: 'wasm' });
      await train({ run, resume: true, set: ['training.maxSteps=1000'], backend: 'wasm' });
      expect(stateOf(run)).toEqual(expected);
    }
  },
);

it('gives every cold item a vector of its own, and says how the tasks went', async () => {
  const run = join(work, 'whole');
  const { embeddings } = await loadRun(run);
  const isCold = (item: number): boolean => graph.train.itemOffsets[item + 1] === graph.train.itemOffsets[item];
  const cold = Array.from({ length: graph.items.size }, (_, item) => item).filter(isCold);
  expect(cold.length).toBeGreaterThan(5);
  const rows = cold.map((item) => [...embeddings!.items.subarray(item * 8, (item + 1) * 8)]);
  for (const row of rows) expect(Math.hypot(...row)).toBeCloseTo(1, 4);
});
