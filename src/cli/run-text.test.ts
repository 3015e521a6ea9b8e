import { describe, expect, it } from 'vitest';
import type { RunManifest, TrainReport } from '../index.js';
import { layerWeightsText, metricsTable, negativesTable, runText } from './run-text.js';

const manifest = {
  id: 'r',
  graphId: 'world_random_12345678',
  preset: 'joint',
  backend: 'native',
  seed: 5,
  epochs: 3,
  steps: 1200,
  bestEpoch: 2,
  monitor: 'ndcg@20',
  bestValue: 0.12345,
  finished: true,
  versions: { twinlight: '0.1.0', node: '20' },
} as unknown as RunManifest;
const report = {
  valid: { 'recall@20': 0.25, 'ndcg@20': 0.125 },
  test: { 'recall@20': 0.5, 'ndcg@20': 0.0625, 'precision@20': 0.1, 'coverage@20': 0.75 },
  testIntervals: { 'recall@20': [0.45, 0.55] },
  evaluatedUsers: { valid: 30, test: 40 },
} as unknown as TrainReport;

it('metricsTable says where there was nothing to rank', () => {
  const none = { valid: {}, test: {}, testIntervals: {}, evaluatedUsers: { valid: 0, test: 0 } };
  expect(metricsTable(none as unknown as TrainReport)).toMatch(/^no figures: the graph has no held-out pairs/);
});

describe('runText', () => {
  it('says what the run is, how far it came, its figures and its configuration', () => {
    const text = runText({ folder: 'checkpoints/r', manifest, config: { seed: 5, views: { first: 'x' } }, report });
    expect(text).toMatch(/^run +checkpoints\/r$/m);
    expect(text).toMatch(/^state +finished$/m);
    expect(text).toMatch(/^trained +3 epochs, 1,200 steps$/m);
    expect(text).toMatch(/^selected +epoch 2, ndcg@20 0\.1235 on validation$/m);
    expect(text).toMatch(/^versions +twinlight 0\.1\.0, node 20$/m);
    expect(text).toMatch(/^recall@20 /m);
    expect(text).toMatch(/\nconfiguration\n {2}seed: 5\n {2}views:\n {4}first: x$/);
  });

  it('says how an unfinished run goes on, and leaves out what it does not have yet', () => {
    const begun = { ...manifest, finished: false, epochs: 0, bestEpoch: 0, bestValue: null };
    const text = runText({ folder: 'r', manifest: begun, config: {} });
    expect(text).toMatch(/^state +unfinished; continue with train --resume$/m);
    expect(text).not.toMatch(/^(trained|selected|metric)/m);
  });
});

describe('metricsTable', () => {
  it('shows the main figures, those of validation beside those of test with their interval', () => {
    const lines = metricsTable(report).split('\n');
    expect(lines[0]).toMatch(/^metric +valid \(30 users\) +test \(40 users\) +95 % interval$/);
    expect(lines.slice(2).map((line) => line.split(/\s+/)[0])).toEqual(['recall@20', 'ndcg@20', 'coverage@20']);
    expect(lines[2]).toMatch(/0\.2500 +0\.5000 +\[0\.4500, 0\.5500\]$/);
    expect(lines[4]).toMatch(/– +0\.7500$/);
  });
});

it('layer weights and negatives have a line each', () => {
  expect(layerWeightsText([0.5, 0.25])).toBe('layer weights 0.500, 0.250 (learned; layer 0 first)');
  const source = { share: 0.25, meanScore: 0.5, falseNegatives: 0.0125, gradientNorm: 0.001234 };
  expect(negativesTable({ popularity: source }).split('\n')[2]).toMatch(
    /^popularity +25\.00 % +0\.5000 +1\.25 % +0\.00123$/,
  );
});
