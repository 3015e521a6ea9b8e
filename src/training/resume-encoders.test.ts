/**
 * Runs of encoders with more, or less, than one row a node: stopped within an epoch and resumed they end bit for bit as
 * one that went through, over the whole graph and over sampled neighbours, with views, contrast, prototypes and a queue.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { readStateFile } from '../runs/state-file.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-resume-encoders-'));
const SET = [
  'training.epochs=3',
  'training.batchSize=256',
  'training.learningRate=0.02',
  'encoder.embeddingDim=8',
  'losses.prototypes.numUserPrototypes=6',
  'losses.prototypes.numItemPrototypes=6',
];
const PLUS_PLUS = ['encoder.rows.name=table', 'encoder.propagation={ name: lightgcn-plus-plus, numLayers: 2 }'];
const CASES: [string, string[]][] = [
  ['history, joint', ['encoder.name=history']],
  [
    'history, sampled, learned weights',
    ['encoder.name=history', 'training.propagation=sampled', 'encoder.layerCombination=learned'],
  ],
  [
    'history, learned weights, a momentum queue',
    [
      'encoder.name=history',
      'encoder.layerCombination=learned',
      'negatives.sources=[{ name: in-batch }, { name: queue, size: 64 }]',
    ],
  ],
  ['history, tanh, sampled', ['encoder.name=history', 'encoder.activation=tanh', 'training.propagation=sampled']],
  ['lightgcn, LayerGCN', ['encoder.residual=refined', 'encoder.layerCombination=without-first']],
  ['lightgcn, learned weights', ['encoder.layerCombination=learned']],
  ['LightGCN++', PLUS_PLUS],
  ['lightgcn, NESCL, sampled', ['losses.contrastive.name=nescl', 'training.propagation=sampled']],
  ['LightGCN++, sampled', [...PLUS_PLUS, 'training.propagation=sampled']],
];
let graph: StoredGraph;

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 80, numItems: 80, meanInteractions: 14 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.each(CASES)('%s', (label, more) => {
  const writtenOut = more.some((key) => key.startsWith('encoder.rows'));
  const set = [...SET, ...(writtenOut ? [] : ['encoder.numLayers=2']), ...more];
  const run = join(work, label);
  const stateOf = (folder: string) => readStateFile(join(folder, 'last.state'))!.arrays;

  it('resumes to the same state, and learns', async () => {
    const report = await train({ source: graph, run, set, backend: 'wasm' });
    const expected = stateOf(run);
    const steps = Math.ceil(graph.train.numEdges / 256) + 2;
    const cut = join(work, `${label}, cut`);
    await train({ source: graph, run: cut, set: [...set, `training.maxSteps=${steps}`], backend: 'wasm' });
    await train({ run: cut, resume: true, set: ['training.maxSteps=1000'], backend: 'wasm' });
    expect(stateOf(cut)).toEqual(expected);
    const rows = more.includes('encoder.name=history') ? 0 : graph.users.size;
    expect(expected.embedding.shape).toEqual([rows + graph.items.size, 8]);
    const records = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records[2].losses.total).toBeLessThan(records[0].losses.total);
    expect(report.test['recall@20']).toBeGreaterThan(0);
    if (!more.includes('encoder.layerCombination=learned')) return;
    // weights moved from equal shares, differently over time, and are told
    expect(expected.layerWeights.shape).toEqual([1, 3]);
    expect(Object.keys(expected)).toContain('layerWeights/m');
    for (const { layerWeights } of records) {
      expect(layerWeights).toHaveLength(3);
      expect(layerWeights.reduce((sum: number, weight: number) => sum + weight, 0)).toBeCloseTo(1, 6);
    }
    expect(records[2].layerWeights).not.toEqual(records[0].layerWeights);
    expect(report.layerWeights).toEqual(records[report.bestEpoch - 1].layerWeights);
    expect(readStateFile(join(run, 'best.state'))!.arrays).toHaveProperty('weights/layerWeights');
  });
});
