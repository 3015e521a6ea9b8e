import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { denseAdjacency, naiveProduct, randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { useBackend } from '../backend/index.js';
import { counterUniform } from '../core/counter-rng.js';
import { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import {
  createEncoder,
  createEncoderVariables,
  createNodeTable,
  type Encoder,
  type EncoderOptions,
  encoderSchema,
} from './index.js';
import { type Initialization, initialRows } from './rows/initialization.js';

const graph = randomGraph(5, 7, 0.5, 'encoders');
const adjacency = normalizedAdjacency(graph);
const numNodes = 12;
const dim = 4;
const options = (more: object): EncoderOptions => encoderSchema.parse({ embeddingDim: dim, ...more });

/** Layers of LightGCN by dense products, the table first. */
function naiveLayers(table: Float32Array, numLayers: number): number[][] {
  const layers: number[][] = [[...table]];
  for (let layer = 0; layer < numLayers; layer++) layers.push(naiveProduct(denseAdjacency(graph), layers[layer], dim));
  return layers;
}

function encoderOf(embedding: tf.Variable, more: object): Encoder {
  return createEncoder({ embedding }, options(more), graph);
}

function variableOf(values: Float32Array): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [numNodes, dim])));
}

describe('encoders', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });
  afterEach(() => tf.disposeVariables());

  it.each([
    ['mean', [0.25, 0.25, 0.25, 0.25]],
    ['without-first', [0, 1 / 3, 1 / 3, 1 / 3]],
    ['last', [0, 0, 0, 1]],
    [
      [0.5, 0, 0.2, 0.3],
      [0.5, 0, 0.2, 0.3],
    ],
  ])('LightGCN combines layers: %j', (layerCombination, weights) => {
    const table = randomMatrix(numNodes, dim, 'table');
    const encoder = encoderOf(variableOf(table), { name: 'lightgcn', numLayers: 3, layerCombination });
    const layers = naiveLayers(table, 3);
    const expected = layers[0].map((_, i) => layers.reduce((sum, layer, l) => sum + weights[l] * layer[i], 0));
    tf.tidy(() => {
      const { final, layer } = encoder.encode({ adjacency });
      for (const [i, value] of final.dataSync().entries()) expect(value).toBeCloseTo(expected[i], 5);
      for (const [i, value] of layer(2).dataSync().entries()) expect(value).toBeCloseTo(layers[2][i], 5);
    });
  });

  it('LightGCN on a star of one user and two items has the closed form 1/√2', () => {
    const star = {
      numNodes: 3,
      offsets: Int32Array.of(0, 2, 3, 4),
      columns: Int32Array.of(1, 2, 0, 0),
      values: new Float32Array(4).fill(Math.SQRT1_2),
    };
    const table = tf.tidy(() => tf.variable(tf.tensor2d([[1], [2], [4]])));
    const encoder = encoderOf(table, { name: 'lightgcn', embeddingDim: 1, numLayers: 1, layerCombination: [0, 1] });
    const out = tf.tidy(() => encoder.encode({ adjacency: star }).final.dataSync());
    for (const [i, value] of [6, 1, 1].entries()) expect(out[i]).toBeCloseTo(value * Math.SQRT1_2, 6);
  });

  it('LightGCN has the gradient of finite differences, with and without noise', async () => {
    const key = { low: 1, high: 2 };
    for (const noise of [undefined, { magnitude: 0.05, keys: [key, key] }]) {
      const { worst, scale } = await checkGradient(
        (table) => {
          const encoder = encoderOf(table as unknown as tf.Variable, { name: 'lightgcn', numLayers: 2 });
          const weight = tf.tensor2d(randomMatrix(numNodes, dim, 'probe'), [numNodes, dim]);
          return tf.sum(tf.mul(encoder.encode({ adjacency, noise }).final, weight));
        },
        [{ values: randomMatrix(numNodes, dim, 'table').map((x) => x + Math.sign(x)), shape: [numNodes, dim] }],
      );
      expect(scale).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(5e-3);
    }
  });

  it('LightGCN perturbs every layer and builds the next one on it', () => {
    const table = randomMatrix(numNodes, dim, 'noise');
    const keys = [
      { low: 3, high: 4 },
      { low: 5, high: 6 },
    ];
    const encoder = encoderOf(variableOf(table), { name: 'lightgcn', numLayers: 2 });
    let expected: number[] = [...table];
    tf.tidy(() => {
      const { layer: layerOf } = encoder.encode({ adjacency, noise: { magnitude: 0.2, keys } });
      for (let layer = 0; layer < 2; layer++) {
        expected = naiveProduct(denseAdjacency(graph), expected, dim).map((value, i, all) => {
          const row = Math.floor(i / dim) * dim;
          const norm = Math.hypot(...all.slice(row, row + dim).map((_, d) => counterUniform(keys[layer], row + d)));
          return value + (0.2 * Math.sign(value) * counterUniform(keys[layer], i)) / norm;
        });
        for (const [i, value] of layerOf(layer + 1)
          .dataSync()
          .entries())
          expect(value).toBeCloseTo(expected[i], 4);
      }
    });
  });

  it('a table is its own embedding, whatever the graph', () => {
    const table = randomMatrix(numNodes, dim, 'plain');
    const encoder = encoderOf(variableOf(table), { name: 'table' });
    expect(tf.tidy(() => encoder.encode({ adjacency }).final.dataSync())).toEqual(table);
  });

  it('refuses weights that do not fit the layers', () => {
    expect(() => options({ name: 'lightgcn', numLayers: 2, layerCombination: [1, 1] })).toThrow(/expected 3 weights/);
    expect(() => options({ name: 'lightgcn', numLayers: 0, layerCombination: 'without-first' })).toThrow(
      /at least one layer/,
    );
    expect(() => options({ name: 'history', numLayers: 1, layerCombination: [0, 0] })).toThrow(/every weight is 0/);
  });
});

describe('initialisation', () => {
  it('xavier is uniform within ±sqrt(6 / (rows + dim)), with variance 2 / (rows + dim)', () => {
    const values = initialRows('xavier', 400, 50, Rng.of(1));
    const bound = Math.sqrt(6 / 450);
    const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    expect(Math.max(...values)).toBeLessThanOrEqual(bound);
    expect(Math.max(...values)).toBeGreaterThan(0.99 * bound);
    expect(variance).toBeCloseTo(2 / 450, 3);
    expect(Math.abs(values.reduce((sum, x) => sum + x, 0) / values.length)).toBeLessThan(0.003);
  });

  it('normal has the moments of N(0, std²)', () => {
    const values = initialRows({ name: 'normal', std: 0.3 }, 400, 50, Rng.of(1));
    const moment = (power: number) => values.reduce((sum, x) => sum + (x / 0.3) ** power, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(moment(4)).toBeCloseTo(3, 0);
  });

  it.each(['table', 'lightgcn', 'history'] as const)('%s starts from what its options say', (name) => {
    const spread = (initialization: Initialization) => {
      const nodes = { numUsers: 60, numItems: 60 };
      const { embedding } = createEncoderVariables(options({ name, embeddingDim: 32, initialization }), nodes, 1);
      const values = embedding.dataSync<'float32'>();
      embedding.dispose();
      return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    };
    expect(spread({ name: 'normal', std: 0.5 })).toBeCloseTo(0.5, 1);
    expect(spread('xavier')).toBeCloseTo(Math.sqrt(2 / 92), 2);
    expect(() => options({ name, initialization: { name: 'normal', std: 0 } })).toThrow(/std/);
  });

  it.each(['xavier', { name: 'normal', std: 0.1 }] as const)(
    'makes users and items apart, repeats by seed: %j',
    (form) => {
      const [a, b, other] = [1, 1, 2].map((seed) => {
        const table = createNodeTable({ numUsers: 3, numItems: 4, embeddingDim: 2, seed, initialization: form });
        const values = [...table.dataSync()];
        table.dispose();
        return values;
      });
      expect(a).toEqual(b);
      expect(a).not.toEqual(other);
      expect(a.slice(0, 6)).not.toEqual(a.slice(6, 12));
    },
  );
});
