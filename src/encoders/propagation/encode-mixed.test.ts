/** Passes that the fused op does not take: a matrix for each layer, and one of low rank, beside fused ones. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkGradient } from '../../../tests/finite-differences.js';
import { denseAdjacency, naiveProduct, randomGraph, randomMatrix } from '../../../tests/random-arrays.js';
import { readTensor } from '../../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { useBackend } from '../../backend/index.js';
import { normalizedAdjacency } from '../../graph/adjacency.js';
import { createEncoder, type EncoderPass, encoderSchema, type RowRequest } from '../index.js';

const graph = randomGraph(5, 7, 0.5, 'mixed');
const [numNodes, dim] = [12, 4];
const odd = Uint8Array.from({ length: graph.numEdges }, (_, edge) => edge % 2);
const edgeOf = (user: number, item: number): number => graph.userNeighbors.indexOf(item, graph.userOffsets[user]);
const whole = denseAdjacency(graph);
const half = denseAdjacency(graph, (user, item) => odd[edgeOf(user, item)] === 1);
const adjacency = normalizedAdjacency(graph);
const layers = [{ adjacency }, { adjacency: normalizedAdjacency(graph, odd) }];
const lowRank = { rank: 2, users: randomMatrix(5, 2, 'left'), items: randomMatrix(7, 2, 'right') };
const lowRankDense = Array.from({ length: numNodes }, (_, i) =>
  Array.from({ length: numNodes }, (_, j) => {
    const [user, item] = [Math.min(i, j), Math.max(i, j) - 5];
    if (user >= 5 || item < 0) return 0;
    return (
      lowRank.users[2 * user] * lowRank.items[2 * item] + lowRank.users[2 * user + 1] * lowRank.items[2 * item + 1]
    );
  }),
);
const table = randomMatrix(numNodes, dim, 'table');
const clean1 = naiveProduct(whole, table, dim);
const PASSES: [string, EncoderPass, number[][]][] = [
  ['a matrix for each layer', { adjacency, layers }, [clean1, naiveProduct(half, clean1, dim)]],
  [
    'low rank, on the clean layers',
    { adjacency, lowRank },
    [naiveProduct(lowRankDense, table, dim), naiveProduct(lowRankDense, clean1, dim)],
  ],
];
const options = encoderSchema.parse({
  name: 'lightgcn',
  embeddingDim: dim,
  numLayers: 2,
  layerCombination: [0.2, 0.3, 0.5],
});
const nodes = Int32Array.of(1, 4, 6, 11);

describe.each(RUNNABLE_BACKENDS)('mixed passes on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterEach(() => tf.disposeVariables());

  it.each(PASSES)('%s: by dense products, in any order beside a fused pass', async (_, pass, expected) => {
    const embedding = tf.tidy(() => tf.variable(tf.tensor2d(table, [numNodes, dim])));
    const encoder = createEncoder({ embedding }, options, graph);
    const requests: RowRequest[] = [
      { pass, nodes, outputs: ['final', 1] },
      { pass: { adjacency }, nodes, outputs: [1] },
      { pass, nodes: Int32Array.of(3), outputs: [2] },
    ];
    const close = async (
      [request, output]: readonly [number, 'final' | number],
      wanted: Int32Array,
      of: (at: number) => number,
    ): Promise<void> => {
      const values = await readTensor(() => encoder.encodeRows(requests).rows(request, output)(wanted));
      for (const [row, node] of wanted.entries()) {
        for (let d = 0; d < dim; d++) expect(values[row * dim + d]).toBeCloseTo(of(node * dim + d), 4);
      }
    };
    const final = (at: number) => 0.2 * table[at] + 0.3 * expected[0][at] + 0.5 * expected[1][at];
    await close([0, 'final'], nodes, final);
    await close([0, 1], Int32Array.of(4, 1), (at) => expected[0][at]);
    await close([1, 1], nodes, (at) => clean1[at]);
    await close([2, 2], Int32Array.of(3), (at) => expected[1][at]);
    expect(() => tf.tidy(() => encoder.encodeRows(requests).rows(2, 1)(nodes))).toThrow(/was not asked for/);
  });

  it.each(PASSES)('%s: the gradient of finite differences, and no tensor left', async (_, pass) => {
    const before = tf.memory().numTensors;
    const { worst, scale } = await checkGradient(
      (x) => {
        const encoder = createEncoder({ embedding: x as unknown as tf.Variable }, options, graph);
        const encoded = encoder.encodeRows([
          { pass, nodes, outputs: ['final'] },
          { pass: { adjacency }, nodes, outputs: ['final'] },
        ]);
        const both = tf.concat([encoded.rows(0, 'final')(nodes), encoded.rows(1, 'final')(nodes)], 0);
        return tf.sum(tf.mul(both, tf.tensor2d(randomMatrix(8, dim, 'probe'), [8, dim])));
      },
      [{ values: table, shape: [numNodes, dim] }],
    );
    expect(scale).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(1e-2);
    expect(tf.memory().numTensors).toBe(before);
  });
});
