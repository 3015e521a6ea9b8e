/** The average of weights over epochs: its closed form, what is served of it, and that training neither sees nor loses it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { readStateFile, type StateArray } from '../runs/state-file.js';
import { averagedWeights, averagesOf, storedAverages, type WeightArrays } from './averaged-weights.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-averaged-'));
const DECAY = 0.6;
const SET = [
  'training.batchSize=128',
  'training.patience=0',
  'encoder.embeddingDim=6',
  `training.averageDecay=${DECAY}`,
];
let graph: StoredGraph;

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 4, numUsers: 70, numItems: 60, meanInteractions: 12 });
  graph = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const array = (...values: number[]): StateArray => ({ shape: [values.length], values: Float32Array.from(values) });

describe('averagedWeights', () => {
  it('is the debiased sum of all epochs', () => {
    const epochs = [array(1, -2), array(4, 0.5), array(-3, 8), array(2, 2)];
    let averages: WeightArrays | undefined;
    for (const [i, weights] of epochs.entries()) {
      averages = averagedWeights(averages, { table: weights }, { epoch: i + 1, decay: DECAY });
      const shares = epochs.slice(0, i + 1).map((_, k) => DECAY ** (i - k));
      const total = shares.reduce((a, b) => a + b);
      for (const k of [0, 1]) {
        const sum = shares.reduce((acc, share, e) => acc + share * epochs[e].values[k], 0);
        expect(averages.table.values[k]).toBeCloseTo(sum / total, 5);
      }
    }
  });

  it('comes back from what is stored beside the weights', () => {
    const averages = { table: array(1, 2), 'table/m': array(3, 4) };
    expect(averagesOf({ table: array(5, 6), ...storedAverages(averages) })).toEqual(averages);
    expect(averagesOf({ table: array(5, 6) })).toBeUndefined();
  });
});

describe('training.averageDecay', () => {
  const trainTo = (run: string, steps: number, set: readonly string[] = SET) =>
    train({
      source: graph,
      preset: 'joint',
      run: join(work, run),
      set: [...set, `training.maxSteps=${steps}`],
      backend: 'wasm',
    });
  const stateOf = (run: string, file: string) => readStateFile(join(work, run, file))!.arrays;
  const perEpoch = () => Math.ceil(graph.train.numEdges / 128);

  it('serves the average of the epochs’ weights, and trains as without it', async () => {
    const weights: StateArray[] = [];
    for (const epoch of [1, 2, 3]) {
      await trainTo(`plain-${epoch}`, epoch * perEpoch(), [...SET, 'training.averageDecay=0']);
      weights.push(stateOf(`plain-${epoch}`, 'last.state').embedding);
    }
    await trainTo('averaged', 3 * perEpoch(), [...SET, 'training.evaluateEvery=3']);
    const last = stateOf('averaged', 'last.state');
    expect(last.embedding.values).toEqual(weights[2].values);
    const shares = [DECAY ** 2, DECAY, 1];
    const total = shares.reduce((a, b) => a + b);
    const expected = weights[0].values.map((_, k) =>
      shares.reduce((sum, share, e) => sum + (share / total) * weights[e].values[k], 0),
    );
    const served = stateOf('averaged', 'best.state')['weights/embedding'].values;
    expect(Math.max(...served.map((value, k) => Math.abs(value - expected[k])))).toBeLessThan(1e-6);
  });

  it('is the same for a run stopped within an epoch, at its validation, and resumed', async () => {
    await trainTo('whole', 3 * perEpoch());
    await trainTo('cut', perEpoch() + 1);
    await train({
      run: join(work, 'cut'),
      resume: true,
      set: [`training.maxSteps=${3 * perEpoch()}`],
      backend: 'wasm',
    });
    const bytesOf = (run: string) =>
      Object.entries(stateOf(run, 'last.state')).map(([name, { values }]) => [name, values]);
    expect(bytesOf('cut')).toEqual(bytesOf('whole'));
  });
});
