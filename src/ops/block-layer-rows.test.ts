/** Passes over sampled blocks: the numbers of whole-graph passes where nothing is left out, and finite differences. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import {
  type BlockPass,
  blockLayerRows,
  type LayerPass,
  layerRows,
  NeighborSampler,
  type SampledBlock,
} from './index.js';

const graph = randomGraph(6, 8, 0.5, 'block-rows');
const numNodes = 14;
const dim = 5;
const rows = Int32Array.of(0, 2, 5, 7, 13);
const keys = [
  { low: 1, high: 2 },
  { low: 3, high: 4 },
];
const sample = (fanOuts: number[]): SampledBlock =>
  new NeighborSampler(normalizedAdjacency(graph), graph.itemEdges).sample(rows, fanOuts, keys);

function passOf(block: SampledBlock, more: Partial<BlockPass>): BlockPass {
  const hops = block.hops.map(({ offsets, columns, values, transposed }) => ({
    matrix: { offsets, columns, values },
    transposed: {
      offsets: transposed.offsets,
      columns: transposed.columns,
      values: Float32Array.from(transposed.order, (at) => values[at]),
    },
  }));
  return {
    hops,
    numLayers: hops.length,
    nodes: block.nodes,
    rows: Int32Array.of(0, 1, 2, 3, 4),
    combinations: [],
    ...more,
  };
}

const noise = { magnitude: 0.1, keys };
const CASES: Record<string, Partial<BlockPass>> = {
  mean: { combinations: [[1 / 3, 1 / 3, 1 / 3]] },
  'some rows, two outputs': {
    rows: Int32Array.of(1, 4),
    combinations: [
      [0, 0, 1],
      [0.5, 0.25, 0],
    ],
  },
  noise: { noise, combinations: [[0, 0.5, 0.5]] },
};

describe.each(RUNNABLE_BACKENDS)('blockLayerRows on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(Object.keys(CASES))('%s: equals layerRows where no neighbour is left out', async (name) => {
    const table = randomMatrix(numNodes, dim, 'table');
    const block = sample([8, 8]);
    const pass = passOf(block, CASES[name]);
    const whole: LayerPass = {
      matrix: normalizedAdjacency(graph),
      numLayers: 2,
      noise: pass.noise,
      rows: pass.rows.map((row) => rows[row]),
      combinations: pass.combinations,
    };
    const input = (): tf.Tensor2D => tf.tensor2d(table, [numNodes, dim]);
    const local = (): tf.Tensor2D => tf.gather(input(), tf.tensor1d(block.nodes, 'int32')) as tf.Tensor2D;
    const actual = await readTensor(() => blockLayerRows(local(), [pass, pass]));
    const expected = await readTensor(() => layerRows(input(), [whole, whole]));
    expect(actual).toHaveLength(expected.length);
    for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-6);
  });

  it.each(Object.keys(CASES))(
    '%s: the gradient of finite differences over drawn neighbours, and no tensor left',
    async (name) => {
      const block = sample([2, 3]);
      const pass = passOf(block, CASES[name]);
      const still = passOf(
        { ...block, hops: [] },
        { numLayers: 1, noise: CASES[name].noise, combinations: [[0.5, 1]] },
      );
      const total = pass.rows.length * pass.combinations.length + 5;
      const numLocal = block.nodes.length;
      const before = tf.memory().numTensors;
      // positive, so that no layer comes near zero, where the noise changes its sign
      const values = randomMatrix(numLocal, dim, 'local').map((x) => Math.abs(x) + 0.5);
      const { worst, scale } = await checkGradient(
        (t) =>
          tf.sum(
            tf.mul(blockLayerRows(t, [pass, still]), tf.tensor2d(randomMatrix(total, dim, 'probe'), [total, dim])),
          ),
        [{ values, shape: [numLocal, dim] }],
      );
      expect(scale).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(1e-2);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it.each([
    [{ rows: Int32Array.of(5) }, /within 0 … 4, the last layer's; got 5/],
    [{ combinations: [[1]] }, /weights of the layers: expected length 3, got 1/],
    [{ nodes: Int32Array.of(1) }, /nodes: expected length/],
    [{ numLayers: 1 }, /hops: expected length 2, got 1|hops/],
  ])('refuses a pass that does not fit %#', (bad, message) => {
    const block = sample([2, 2]);
    const pass = passOf(block, { combinations: [[0, 0, 1]], ...bad });
    expect(() => tf.tidy(() => blockLayerRows(tf.zeros([block.nodes.length, dim]), [pass]))).toThrow(message);
  });
});
