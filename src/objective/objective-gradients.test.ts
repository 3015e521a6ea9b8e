/** The gradient of the joint objective as a whole, by differences: of every preset, encoder, loss and temperature. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fewer } from '../../tests/fewer.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { batch, type SmallObjective, setUp, smallTeacher, TRAINED } from '../../tests/small-objective.js';
import { useBackend } from '../backend/index.js';
import type { ConfigObject } from '../core/strict-config.js';

/** The gradient of the whole objective against central differences, and no tensor left. */
async function expectGradients(
  backend: string,
  { model, objective }: SmallObjective,
  { stride, step, floor } = { stride: 7, step: 0.01, floor: 5e-4 },
): Promise<void> {
  const before = tf.memory().numTensors;
  const { gradients, rows } = await objective.compute({ batch, epoch: 1, step: 1 });
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
        const { parts, gradients: unused } = await objective.compute({ batch, epoch: 1, step: 1 });
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

const PLUS_PLUS: ConfigObject = {
  name: undefined,
  rows: { name: 'table' },
  propagation: { name: 'lightgcn-plus-plus', numLayers: 2 },
};

describe.each(RUNNABLE_BACKENDS.filter((name) => name !== 'wasm'))(
  'gradients of the joint objective on %s',
  (backend) => {
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
      ['LightGCN++', PLUS_PLUS, {}],
      ['LightGCN++ over sampled neighbours', PLUS_PLUS, { propagation: 'sampled', fanOut: [20, 20] }],
    ] as [string, ConfigObject, ConfigObject][])(
      '%s, under joint with its views: the same',
      async (_, encoder, training) => {
        await expectGradients(backend, setUp('joint', { encoder, training }));
      },
    );

    it.each([
      ['history', {}, {}],
      ['tables, replaced', { users: 'table+tower', join: 'replace' }, {}],
      [
        'layers',
        { users: 'history+tower', items: 'tower', tower: { layers: [4], activation: 'tanh', norm: 'layer' } },
        {},
      ],
      ['sampled neighbours', {}, { propagation: 'sampled', fanOut: [20, 20] }],
    ] as [string, ConfigObject, ConfigObject][])(
      'towers, %s, with contrast of features and alignment: the same',
      async (_, rows, training) => {
        const encoder = {
          name: undefined,
          rows: { name: 'tower', ...rows },
          propagation: { name: 'lightgcn', numLayers: 1 },
        };
        const losses = {
          features: { weight: 0.7, batchSize: 6, sides: rows.users?.toString().includes('tower') ? 'both' : 'items' },
        };
        const coldStart = { idDropout: 0.3, alignment: { weight: rows.items === 'tower' ? 0 : 0.5 } };
        await expectGradients(backend, setUp('joint', { encoder, training, losses, coldStart }));
      },
    );

    it.each([
      ['vectors', 5],
      ['scores', 3],
    ] as const)('towers that learn the %s of a teacher: the same', async (of, dim) => {
      const rows = { name: 'tower', users: 'table', items: 'tower' };
      const encoder = { name: undefined, rows, propagation: { name: 'none' } };
      const coldStart = { teacher: { run: 'there', weight: 0.8, temperature: 0.7, of } };
      await expectGradients(backend, setUp('two-tower', { encoder, coldStart }, smallTeacher(dim)));
    });

    it.each([
      { name: 'in-batch-softmax', similarity: 'inner-product', temperature: { name: 'learned', initial: 0.4 } },
      { name: 'bsl' },
      { name: 'alignment-uniformity' },
    ])('bpr beside an auxiliary $name and a contrast with itself: the same', async (auxiliary) => {
      const losses = { auxiliary: { ...auxiliary, weight: 0.5 }, contrastive: { weight: 0.3 } };
      await expectGradients(backend, setUp('lightgcn-bpr', { views: { pairing: 'self' }, losses }));
    });

    /** Away from kinks: hinges far from their corners, every user's temperature its own. */
    const VARIANTS: [string, ConfigObject][] = [
      ['sampled-softmax', { main: { name: 'sampled-softmax' } }],
      ['bsl', { main: { name: 'bsl', temperature: 0.5 } }],
      [
        'bsl as its authors run it, L2 of every layer',
        {
          main: { name: 'bsl', temperature: 0.5, positiveRatio: 'infinite', negativeWeight: 0.84, logQ: 'none' },
          l2: { of: 'layers', weight: 0.1 },
        },
      ],
      [
        'SL@K',
        { main: { temperature: 0.5, similarity: 'inner-product', topK: { k: 3, temperature: 0.5, refreshEvery: 1 } } },
      ],
      [
        'bsl, SL@K',
        { main: { name: 'bsl', temperature: 0.5, positiveRatio: 'infinite', topK: { k: 3, refreshEvery: 1 } } },
      ],
      ['hinge', { main: { name: 'hinge', margin: 3 } }],
      ['cosine-contrastive', { main: { name: 'cosine-contrastive', margin: -1, negativeWeight: 2 } }],
      ['alignment-uniformity', { main: { name: 'alignment-uniformity' } }],
      ['a learned temperature', { main: { temperature: { name: 'learned' } } }],
      ['an adaptive temperature', { main: { temperature: { name: 'adaptive', min: 0.3 } } }],
      [
        'nt-xent with a linear head',
        { contrastive: { name: 'nt-xent', weight: 1, temperature: { name: 'learned' }, head: { name: 'linear' } } },
      ],
      ['nescl', { contrastive: { name: 'nescl', weight: 1, temperature: 0.5, numNeighbors: 2 } }],
      [
        'nescl with a linear head',
        {
          contrastive: {
            name: 'nescl',
            weight: 1,
            temperature: { name: 'learned' },
            head: { name: 'linear', outputDim: 3 },
          },
        },
      ],
      ['dcl', { contrastive: { name: 'dcl', weight: 1, temperature: 0.5 } }],
      [
        'info-nce over all nodes with a head',
        {
          contrastive: { weight: 1, temperature: 0.5, candidates: 'all-node', head: { name: 'linear', outputDim: 3 } },
        },
      ],
      [
        'prototype-nce',
        {
          prototypes: { name: 'prototype-nce', weight: 1, startEpoch: 1, numUserPrototypes: 3, numItemPrototypes: 3 },
        },
      ],
    ];

    it.each(VARIANTS)('%s: gradient by finite differences, with respect to every variable', async (_name, losses) => {
      const preset = 'contrastive' in losses ? 'simgcl' : 'l2' in losses ? 'lightgcn' : 'two-tower';
      const trained = setUp(preset, { losses });
      await trained.objective.beginEpoch('topK' in ((losses.main as object) ?? {}) ? 2 : 1);
      await expectGradients(backend, trained, { stride: 11, step: 0.005, floor: 1e-3 });
    });
  },
);
