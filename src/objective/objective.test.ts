/** The joint objective: its gradient as a whole, the sum of its parts, and what switching a part off saves. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fewer } from '../../tests/fewer.js';
import { randomGraph } from '../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { PRESET_NAMES, PRESETS } from '../config/presets/registry.js';
import { resolveConfig } from '../config/resolve-config.js';
import type { RunConfig } from '../config/run-config.js';
import type { ConfigObject } from '../core/strict-config.js';
import { EpochBatches } from '../training/batches.js';
import { Model } from './model.js';
import { Objective } from './objective.js';
import type { LossParts } from './step-result.js';

const graph = randomGraph(8, 10, 0.4, 'objective');
const batch = new EpochBatches(graph, 12, 1).batch(1, 0);
const TRAINED = PRESET_NAMES.filter((name) => name !== 'popularity' && name !== 'item-knn');
/** Few prototypes, and codes that do not move with the scores, so that holding them fixed is no approximation. */
const SMALL: ConfigObject = {
  encoder: { embeddingDim: 5 },
  losses: {
    prototypes: { name: 'swav', numUserPrototypes: 3, numItemPrototypes: 4, epsilon: 1e4 },
    l2: { weight: 0.01 },
  },
};

function setUp(preset: (typeof TRAINED)[number], more: ConfigObject = {}) {
  const config: RunConfig = resolveConfig([PRESETS[preset].config as ConfigObject, SMALL, more], 'test');
  const model = new Model(config, graph);
  // away from Xavier's tiny values, so that differences are well above float32's noise
  for (const variable of Object.values(model.variables)) tf.tidy(() => variable.assign(tf.mul(variable, 2)));
  return { config, model, objective: new Objective(config, graph, model) };
}

/** The gradient of the whole objective against central differences, and no tensor left. */
async function expectGradients(
  backend: string,
  { model, objective }: ReturnType<typeof setUp>,
  { stride, step, floor } = { stride: 7, step: 0.01, floor: 5e-4 },
): Promise<void> {
  const before = tf.memory().numTensors;
  const { gradients, rows } = await objective.compute(batch, 1, 1);
  expect(Object.keys(gradients).sort()).toEqual(Object.keys(model.variables).sort());
  for (const [name, variable] of Object.entries(model.variables)) {
    const dim = variable.shape[variable.shape.length - 1]!;
    const given = await gradients[name].data();
    const values = Float32Array.from(await variable.data());
    const analytic = new Float32Array(values.length);
    if (!rows[name]) analytic.set(given);
    for (const [i, row] of rows[name]?.entries() ?? []) {
      analytic.set(given.subarray(i * dim, (i + 1) * dim), row * dim);
    }
    const scale = Math.max(...analytic.map(Math.abs));
    expect(scale).toBeGreaterThan(1e-4);
    for (let i = 0; i < values.length; i += values.length > stride ? stride * fewer(backend) : 1) {
      const at = async (delta: number): Promise<number> => {
        const moved = Float32Array.from(values);
        moved[i] += delta;
        tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
        const { parts, gradients: unused } = await objective.compute(batch, 1, 1);
        tf.dispose(unused);
        return parts.total;
      };
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step);
      expect(Math.abs(numeric - analytic[i])).toBeLessThan(0.02 * scale + floor);
    }
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  tf.dispose(gradients);
  expect(tf.memory().numTensors).toBe(before);
}

describe.each(RUNNABLE_BACKENDS.filter((name) => name !== 'wasm'))('joint objective on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterEach(() => tf.disposeVariables());

  it.each(TRAINED)('%s: gradient by finite differences, with respect to every variable', async (preset) => {
    await expectGradients(backend, setUp(preset));
  });

  it.each([
    ['history', { name: 'history', numLayers: 1 }, {}],
    ['history, learned weights', { name: 'history', numLayers: 2, layerCombination: 'learned' }, {}],
    [
      'history over sampled neighbours',
      { name: 'history', numLayers: 1 },
      { propagation: 'sampled', fanOut: [20, 20] },
    ],
    ['tanh', { name: 'history', numLayers: 2, activation: 'tanh' }, {}],
    ['LayerGCN', { numLayers: 2, residual: 'refined' }, {}],
  ] as [string, ConfigObject, ConfigObject][])(
    '%s, under joint with its views: the same',
    async (_, encoder, training) => {
      await expectGradients(backend, setUp('joint', { encoder, training }));
    },
  );

  it.each([
    { name: 'in-batch-softmax', similarity: 'inner-product', temperature: { name: 'learned', initial: 0.4 } },
    { name: 'bsl' },
    { name: 'alignment-uniformity' },
  ])('bpr beside an auxiliary $name and a contrast with itself: the same', async (auxiliary) => {
    const losses = { auxiliary: { ...auxiliary, weight: 0.5 }, contrastive: { weight: 0.3 } };
    await expectGradients(backend, setUp('lightgcn-bpr', { views: { pairing: 'self' }, losses }));
  });

  it('an auxiliary loss is the main loss of that name over the batch alone', async () => {
    const options = { name: 'in-batch-softmax', similarity: 'cosine', temperature: 0.3, logQ: 'frequency', weight: 1 };
    const parts = async (losses: ConfigObject): Promise<LossParts> => {
      const { objective } = setUp('lightgcn-bpr', { losses });
      const result = await objective.compute(batch, 1, 1);
      tf.dispose(result.gradients);
      return result.parts;
    };
    const asMain = await parts({ main: options });
    const beside = await parts({ auxiliary: options });
    expect(beside.auxiliary).toBeCloseTo(asMain.main!, 6);
    expect(beside.total).toBeGreaterThan(beside.auxiliary!);
    expect((await parts({ main: { weight: 0 }, auxiliary: options })).main).toBeUndefined();
  });

  it('contrasts a pass with itself: the log-sum of how alike the distinct nodes of a side are', async () => {
    const { objective, model } = setUp('lightgcn-bpr', {
      views: { pairing: 'self' },
      losses: { main: { similarity: 'cosine' }, contrastive: { weight: 1, temperature: 0.5 } },
    });
    const { parts, gradients } = await objective.compute(batch, 1, 1);
    tf.dispose(gradients);
    const { users, items, embeddingDim } = await model.embeddings(objective.adjacency);
    const side = (all: Float32Array, nodes: readonly number[]): number => {
      const row = (node: number): Float32Array => all.subarray(node * embeddingDim, (node + 1) * embeddingDim);
      const cosine = (a: number, b: number): number => row(a).reduce((sum, value, k) => sum + value * row(b)[k], 0);
      const losses = nodes.map((a) =>
        Math.log(nodes.reduce((sum, b) => sum + Math.exp((cosine(a, b) - cosine(a, a)) / 0.5), 0)),
      );
      return losses.reduce((sum, loss) => sum + loss, 0) / nodes.length;
    };
    const expected = side(users, [...new Set(batch.userIndex)]) + side(items, [...new Set(batch.itemIndex)]);
    expect(parts.contrastive).toBeCloseTo(expected, 4);
  });

  it.each([
    { name: 'edge-addition' },
    { name: 'layerwise-edge-dropout', dropProbability: 0.3 },
    { name: 'random-walk', walks: 1, walkLength: 1 },
    { name: 'singular-value', rank: 2 },
  ])('contrasts the clean pass with a view that differs from it: %j', async (first) => {
    const contrast = async (view: ConfigObject): Promise<number> => {
      const { objective } = setUp('sgl', { views: { first: view, second: { name: 'identity' } } });
      const { parts, gradients } = await objective.compute(batch, 1, 1);
      tf.dispose(gradients);
      return parts.contrastive!;
    };
    const changed = await contrast(first);
    expect(changed).toBeGreaterThan(0);
    expect(Math.abs(changed - (await contrast({ name: 'edge-dropout', dropProbability: 0 })))).toBeGreaterThan(1e-4);
  });

  it('is the weighted sum of the parts it reports', async () => {
    const { config, objective } = setUp('joint', {
      losses: { contrastive: { weight: 0.3 }, prototypes: { weight: 0.7 } },
    });
    const { parts, gradients } = await objective.compute(batch, 1, 1);
    tf.dispose(gradients);
    const { main, contrastive, prototypes, l2 } = config.losses;
    const sum =
      main.weight * parts.main! +
      contrastive.weight * parts.contrastive! +
      prototypes.weight * parts.prototypes! +
      l2.weight * parts.l2!;
    expect(parts.total).toBeCloseTo(sum, 5);
    for (const name of ['main', 'contrastive', 'prototypes', 'l2'] as const) expect(parts[name]).toBeGreaterThan(0);
  });

  it.each(['main', 'contrastive', 'prototypes', 'l2'])('leaves out a part of weight 0: %s', async (part) => {
    const { objective } = setUp('joint', { losses: { [part]: { weight: 0 } } });
    const { parts, gradients } = await objective.compute(batch, 1, 1);
    tf.dispose(gradients);
    expect(Object.keys(parts)).not.toContain(part);
    const { codeImbalance: _codeImbalance, ...losses } = parts;
    expect(Object.keys(losses)).toHaveLength(4);
  });

  it('runs ConCAT on shared item prototypes, all-node InfoNCE, extra negatives and false-negative masks', async () => {
    const { model, objective } = setUp('joint', {
      losses: {
        contrastive: { candidates: 'all-node' },
        prototypes: { name: 'concat' },
      },
      negatives: { sources: [{ name: 'in-batch' }, { name: 'uniform', count: 6 }], falseNegatives: 'remove' },
    });
    expect(model.userPrototypes).toBeUndefined();
    const { parts, gradients } = await objective.compute(batch, 1, 1);
    tf.dispose(gradients);
    for (const value of Object.values(parts)) expect(Number.isFinite(value)).toBe(true);
  });

  /** Away from kinks: hinges far from their corners, every user's temperature its own. */
  const VARIANTS: [string, ConfigObject][] = [
    ['sampled-softmax', { main: { name: 'sampled-softmax' } }],
    ['bsl', { main: { name: 'bsl', temperature: 0.5 } }],
    ['hinge', { main: { name: 'hinge', margin: 3 } }],
    ['cosine-contrastive', { main: { name: 'cosine-contrastive', margin: -1, negativeWeight: 2 } }],
    ['alignment-uniformity', { main: { name: 'alignment-uniformity' } }],
    ['a learned temperature', { main: { temperature: { name: 'learned' } } }],
    ['an adaptive temperature', { main: { temperature: { name: 'adaptive', min: 0.3 } } }],
    [
      'nt-xent with a linear head',
      { contrastive: { name: 'nt-xent', weight: 1, temperature: { name: 'learned' }, head: { name: 'linear' } } },
    ],
    ['dcl', { contrastive: { name: 'dcl', weight: 1, temperature: 0.5 } }],
    [
      'info-nce over all nodes with a head',
      { contrastive: { weight: 1, temperature: 0.5, candidates: 'all-node', head: { name: 'linear', outputDim: 3 } } },
    ],
    [
      'prototype-nce',
      {
        prototypes: { name: 'prototype-nce', weight: 1, startEpoch: 1, numUserPrototypes: 3, numItemPrototypes: 3 },
      },
    ],
  ];

  it.each(VARIANTS)('%s: gradient by finite differences, with respect to every variable', async (_name, losses) => {
    const preset = 'contrastive' in losses ? 'simgcl' : 'two-tower';
    const trained = setUp(preset, { losses });
    await trained.objective.fits.beginEpoch(1);
    await expectGradients(backend, trained, { stride: 11, step: 0.005, floor: 1e-3 });
  });

  it('draws the same for the same step and something else for another', async () => {
    const { objective } = setUp('simgcl');
    const steps = [1, 1, 2].map(async (step) => {
      const { parts, gradients } = await objective.compute(batch, 1, step);
      tf.dispose(gradients);
      return parts.contrastive;
    });
    const totals = await Promise.all(steps);
    expect(totals[1]).toBe(totals[0]);
    expect(totals[2]).not.toBe(totals[0]);
  });

  it('keeps graph views for an epoch where asked to', async () => {
    const byRedraw = (redraw: string) => {
      const steps = [1, 2].map(async (step) => {
        const { objective } = setUp('sgl', { views: { redraw } });
        const { parts, gradients } = await objective.compute(batch, 1, step);
        tf.dispose(gradients);
        return parts.contrastive;
      });
      return Promise.all(steps);
    };
    const [epoch, step] = [await byRedraw('epoch'), await byRedraw('step')];
    expect(epoch[0]).toBe(epoch[1]);
    expect(step[0]).not.toBe(step[1]);
  });

  it.each(['two-tower', 'lightgcn-bpr', 'lightgcn', 'simgcl', 'xsimgcl'] as const)(
    '%s: sampling whole neighbourhoods gives the full step',
    async (preset) => {
      const { numLayers } = setUp(preset).model.encoder;
      const training = { propagation: 'sampled', fanOut: new Array<number>(numLayers).fill(10) };
      const sampled = setUp(preset, { training, losses: { contrastive: { candidates: 'in-batch' } } });
      const inBatch = setUp(preset, { losses: { contrastive: { candidates: 'in-batch' } } });
      const a = await inBatch.objective.compute(batch, 1, 1);
      const b = await sampled.objective.compute(batch, 1, 1);
      for (const [name, value] of Object.entries(a.parts)) expect(b.parts[name as 'total']).toBeCloseTo(value, 5);
      const whole = await a.gradients.embedding.data();
      const rows = b.rows.embedding;
      const compact = await b.gradients.embedding.data();
      const spread = new Float32Array(whole.length);
      for (const [i, row] of rows.entries()) spread.set(compact.subarray(i * 5, (i + 1) * 5), row * 5);
      for (let i = 0; i < whole.length; i++) expect(spread[i]).toBeCloseTo(whole[i], 5);
      tf.dispose([a.gradients, b.gradients]);
    },
  );

  it.each(['joint', 'sgl'] as const)(
    '%s: a sampled step draws the same for the same step and leaks nothing',
    async (preset) => {
      const fanOut = new Array<number>(setUp(preset).model.encoder.numLayers).fill(2);
      const training = { propagation: 'sampled', fanOut };
      const { objective } = setUp(preset, { training, losses: { contrastive: { candidates: 'in-batch' } } });
      const before = tf.memory().numTensors;
      const steps = [1, 1, 2].map(async (step) => {
        const { parts, gradients } = await objective.compute(batch, 1, step);
        tf.dispose(gradients);
        expect(Number.isFinite(parts.contrastive)).toBe(true);
        return parts.total;
      });
      const totals = await Promise.all(steps);
      expect(totals[1]).toBe(totals[0]);
      expect(totals[2]).not.toBe(totals[0]);
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
