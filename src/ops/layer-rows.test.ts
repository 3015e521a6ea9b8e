/** Rows of encoder passes against dense products, and their gradient, on every backend that runs here. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../tests/finite-differences.js';
import { denseAdjacency, naiveProduct, randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { counterUniform } from '../core/counter-rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { type LayerPass, layerRows } from './index.js';

const graph = randomGraph(5, 7, 0.5, 'layer-rows');
const matrix = normalizedAdjacency(graph);
// half the edges gone: another matrix over the same nodes
const kept = Uint8Array.from({ length: graph.numEdges }, (_, edge) => edge % 2);
const thinned = normalizedAdjacency(graph, kept);
const numNodes = 12;
const dim = 5;
const table = randomMatrix(numNodes, dim, 'table');
const keys = [
  { low: 1, high: 2 },
  { low: 3, high: 4 },
];

/** Layers by dense products with noise from its definition, the table first. */
function naiveLayers(pass: LayerPass, dense: number[][] | undefined): number[][] {
  const layers = [[...table]];
  for (let k = 1; k <= pass.numLayers; k++) {
    const hop = dense ? naiveProduct(dense, layers[k - 1], dim) : layers[k - 1];
    layers.push(
      hop.map((value, i) => {
        if (!pass.noise) return value;
        const row = Math.floor(i / dim) * dim;
        const draws = Array.from({ length: dim }, (_, d) => counterUniform(pass.noise!.keys[k - 1], row + d));
        return value + (pass.noise.magnitude * Math.sign(value) * draws[i - row]) / Math.hypot(...draws);
      }),
    );
  }
  return layers;
}

function naiveStack(passes: readonly LayerPass[], dense: readonly (number[][] | undefined)[]): number[] {
  return passes.flatMap((pass, p) => {
    const layers = naiveLayers(pass, dense[p]);
    return pass.combinations.flatMap((weights) =>
      [...pass.rows].flatMap((row) =>
        Array.from({ length: dim }, (_, d) => weights.reduce((sum, w, k) => sum + w * layers[k][row * dim + d], 0)),
      ),
    );
  });
}

const whole = denseAdjacency(graph);
const edgeOf = (user: number, item: number): number => graph.userNeighbors.indexOf(item, graph.userOffsets[user]);
const thin = denseAdjacency(graph, (user, item) => kept[edgeOf(user, item)] === 1);
const rows = Int32Array.of(0, 3, 4, 9, 11);

const PASSES: Record<string, { passes: LayerPass[]; dense: (number[][] | undefined)[] }> = {
  'no layers': { passes: [{ numLayers: 0, rows, combinations: [[1]] }], dense: [undefined] },
  'one layer': { passes: [{ matrix, numLayers: 1, rows, combinations: [[0.5, 0.5]] }], dense: [whole] },
  'three layers, the table left out': {
    passes: [{ matrix, numLayers: 3, rows, combinations: [[0, 0.2, 0.3, 0.5]] }],
    dense: [whole],
  },
  'a single layer picked below the last': {
    passes: [{ matrix, numLayers: 3, rows, combinations: [[0, 1, 0, 0]] }],
    dense: [whole],
  },
  'noise without messages': {
    passes: [{ numLayers: 1, noise: { magnitude: 0.1, keys }, rows, combinations: [[0, 1]] }],
    dense: [undefined],
  },
  'noise on every layer, two outputs': {
    passes: [
      {
        matrix,
        numLayers: 2,
        noise: { magnitude: 0.1, keys },
        rows,
        combinations: [
          [0, 0.5, 0.5],
          [0, 1, 0],
        ],
      },
    ],
    dense: [whole],
  },
  'passes over one matrix, with noise of their own, of several depths': {
    passes: [
      { matrix, numLayers: 3, rows, combinations: [[0, 0.2, 0.3, 0.5]] },
      { matrix, numLayers: 3, noise: { magnitude: 0.1, keys: [...keys, keys[0]] }, rows, combinations: [[0, 1, 1, 1]] },
      {
        matrix,
        numLayers: 3,
        noise: { magnitude: 0.2, keys: [...keys, keys[1]].reverse() },
        rows: Int32Array.of(1, 3, 11),
        combinations: [
          [0.5, 0, 0, 1],
          [0, 1, 0, 0],
        ],
      },
      { matrix, numLayers: 2, rows: Int32Array.of(7, 9), combinations: [[0, 0, 1]] },
      { matrix, numLayers: 1, noise: { magnitude: 0.1, keys }, rows, combinations: [[1, 1]] },
    ],
    dense: [whole, whole, whole, whole, whole],
  },
  'several passes over different matrices and rows': {
    passes: [
      { matrix, numLayers: 3, rows, combinations: [[0.25, 0.25, 0.25, 0.25]] },
      { matrix, numLayers: 3, rows: Int32Array.of(2, 5), combinations: [[1, 0, 0, 0]] },
      { matrix: thinned, numLayers: 3, rows: Int32Array.of(1), combinations: [[0.25, 0.25, 0.25, 0.25]] },
      {
        matrix: thinned,
        numLayers: 2,
        rows: Int32Array.from({ length: numNodes }, (_, i) => i),
        combinations: [[0, 0, 2]],
      },
      { matrix, numLayers: 2, rows: new Int32Array(0), combinations: [[1, 1, 1]] },
    ],
    dense: [whole, whole, thin, thin, whole],
  },
};

describe.each(RUNNABLE_BACKENDS)('layerRows on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(Object.keys(PASSES))('%s: the definition', async (name) => {
    const { passes, dense } = PASSES[name];
    const out = await readTensor(() => layerRows(tf.tensor2d(table, [numNodes, dim]), passes));
    const expected = naiveStack(passes, dense);
    expect(out).toHaveLength(expected.length);
    for (let i = 0; i < expected.length; i++) expect(out[i]).toBeCloseTo(expected[i], 5);
  });

  it.each(Object.keys(PASSES))('%s: the gradient of finite differences, and no tensor left', async (name) => {
    const { passes } = PASSES[name];
    const total = naiveStack(passes, PASSES[name].dense).length / dim;
    const before = tf.memory().numTensors;
    // positive, so that no layer comes near zero, where the noise changes its sign
    const values = table.map((x) => Math.abs(x) + 0.5);
    const { worst, scale } = await checkGradient(
      (t) => tf.sum(tf.mul(layerRows(t, passes), tf.tensor2d(randomMatrix(total, dim, 'probe'), [total, dim]))),
      [{ values, shape: [numNodes, dim] }],
    );
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(1e-2);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('passes over one matrix are as each alone, in arrays that were used before', async () => {
    const large = randomGraph(300, 200, 0.05, 'large');
    const [own, size, width] = [normalizedAdjacency(large), 500, 32];
    const values = randomMatrix(size, width, 'large table');
    const some = (step: number): Int32Array => Int32Array.from({ length: Math.floor(size / step) }, (_, i) => i * step);
    const noise = { magnitude: 0.1, keys: [...keys, keys[0]] };
    const passes: LayerPass[] = [
      { matrix: own, numLayers: 3, rows: some(3), combinations: [[0.25, 0.25, 0.25, 0.25]] },
      { matrix: own, numLayers: 3, noise, rows: some(2), combinations: [[0, 1, 1, 1]] },
      { matrix: own, numLayers: 3, rows: some(5), combinations: [[1, 0, 0, 1]] },
      { matrix: own, numLayers: 2, rows: some(4), combinations: [[0, 0, 1]] },
    ];
    const gradientOf = async (asked: readonly LayerPass[]): Promise<[number[], number[]]> => {
      const rowsOf = (t: tf.Tensor): tf.Tensor => layerRows(t as tf.Tensor2D, asked);
      const squares = (t: tf.Tensor): tf.Scalar => tf.sum(tf.square(rowsOf(t)));
      const at = (): tf.Tensor2D => tf.tensor2d(values, [size, width]);
      return [[...(await readTensor(() => rowsOf(at())))], [...(await readTensor(() => tf.grad(squares)(at())))]];
    };
    await gradientOf(passes); // leaves arrays behind
    const [together, gradient] = await gradientOf(passes);
    const alone: [number[], number[]][] = [];
    for (const pass of passes) alone.push(await gradientOf([pass]));
    const stack = alone.flatMap(([one]) => one);
    expect(together).toHaveLength(stack.length);
    const farthest = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
    expect(farthest(together, stack)).toBeLessThan(1e-5);
    const sum = gradient.map((_, i) => alone.reduce((total, [, one]) => total + one[i], 0));
    expect(Math.max(...sum.map(Math.abs))).toBeGreaterThan(1);
    expect(farthest(gradient, sum)).toBeLessThan(1e-4);
  });

  it.each([
    [{ rows: Int32Array.of(3, 3) }, /must ascend .* got 3 at position 1 after 3/],
    [{ rows: Int32Array.of(12) }, /within 0 … 11; got 12/],
    [{ combinations: [[1]] }, /weights of the layers: expected length 2, got 1/],
    [{ noise: { magnitude: 1, keys: [] } }, /noise keys/],
    [{ matrix: { ...matrix, numNodes: 3 } }, /matrix \(nodes\): expected length 12, got 3/],
  ])('refuses a pass that does not fit %#', (bad, message) => {
    const pass: LayerPass = { matrix, numLayers: 1, rows, combinations: [[0, 1]], ...bad };
    expect(() => tf.tidy(() => layerRows(tf.zeros([numNodes, dim]), [pass]))).toThrow(message);
  });
});
