/**
 * What every encoder promises, over the registry and on every backend: the embeddings of its definition, the same from each
 * of its ways to compute them, gradients in every variable, and no tensor left. A registry row without a case here fails.
 */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CASE_SIZE, ENCODER_CASES, LOGITS } from '../../tests/encoder-cases.js';
import { checkGradient } from '../../tests/finite-differences.js';
import { denseAdjacency, naiveProduct, randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { lookup, NeighborSampler } from '../ops/index.js';
import { ENCODER_NAMES, type Encoder, type EncoderOptions, type EncoderPass } from './index.js';
import { createEncoder, createEncoderVariables } from './registry.js';

const { numUsers, numItems, dim } = CASE_SIZE;
const numNodes = numUsers + numItems;
const graph = randomGraph(numUsers, numItems, 0.4, 'encoder-contract');
const adjacency = normalizedAdjacency(graph);
const dense = denseAdjacency(graph);
const odd = Uint8Array.from({ length: graph.numEdges }, (_, edge) => edge % 2);
const half = normalizedAdjacency(graph, odd);

/** Fresh variables with numbers of order 1. */
function variablesOf(options: EncoderOptions): Record<string, tf.Variable> {
  const variables = createEncoderVariables(options, numUsers, numItems, 1);
  const [numRows] = variables.embedding.shape;
  tf.tidy(() => {
    variables.embedding.assign(tf.tensor2d(randomMatrix(numRows, dim, 'table'), [numRows, dim]));
    variables.layerWeights?.assign(tf.tensor2d([LOGITS]));
  });
  return variables;
}

const allNodes = Int32Array.from({ length: numNodes }, (_, node) => node);
const nodes = Int32Array.of(0, 3, 7, 12);
const rowsOf = (values: ArrayLike<number>, wanted: Int32Array): number[] =>
  [...wanted].flatMap((node) => Array.from({ length: dim }, (_, d) => values[node * dim + d]));

async function expectClose(actual: tf.Tensor, expected: ArrayLike<number>): Promise<void> {
  const values = await actual.data();
  expect(values.length).toBe(expected.length);
  for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i], 4);
}

it('has a case for every encoder', () => {
  expect([...new Set(ENCODER_CASES.map(({ options }) => options.name))].sort()).toEqual([...ENCODER_NAMES].sort());
});

describe.each(RUNNABLE_BACKENDS)('encoders on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  /** Runs `body` over a fresh encoder and checks that nothing is left. */
  async function withEncoder(options: EncoderOptions, body: (encoder: Encoder) => Promise<void>): Promise<void> {
    const before = tf.memory().numTensors;
    const variables = variablesOf(options);
    tf.engine().startScope();
    try {
      await body(createEncoder(variables, options, numUsers));
    } finally {
      tf.engine().endScope();
    }
    tf.dispose(Object.values(variables));
    expect(tf.memory().numTensors).toBe(before);
  }

  describe.each(ENCODER_CASES)('$label', ({ options, layers: define, weights }) => {
    const rows = options.name === 'history' ? numItems : numNodes;
    const table = randomMatrix(rows, dim, 'table');
    const layers = define(table, (layer) => naiveProduct(dense, layer, dim));
    const final = layers[0].map((_, i) => layers.reduce((sum, layer, k) => sum + weights[k] * layer[i], 0));
    const padded = [...new Array<number>((numNodes - rows) * dim).fill(0), ...table];

    it('is its definition: layers, table and final', async () => {
      await withEncoder(options, async (encoder) => {
        const encoded = encoder.encode({ adjacency });
        await expectClose(encoded.final, final);
        await expectClose(encoded.table, padded);
        for (const [k, layer] of layers.entries()) await expectClose(encoded.layer(k), layer);
        expect(encoder.numLayers).toBe(layers.length - 1);
        await encoder.variables.layerWeights?.data();
        for (const [k, weight] of encoder.layerWeights().entries()) expect(weight).toBeCloseTo(weights[k], 6);
      });
    });

    it('gives some rows of several passes the same numbers, one node included', async () => {
      await withEncoder(options, async (encoder) => {
        const keys = Array.from({ length: Math.max(1, encoder.numHops) }, (_, k) => ({ low: k, high: 9 }));
        const noisy: EncoderPass = { adjacency, noise: { magnitude: 0.1, keys } };
        const perLayer = Array.from({ length: encoder.numHops }, (_, k) => ({ adjacency: k === 0 ? half : adjacency }));
        const passes: EncoderPass[] = [{ adjacency }, noisy, { adjacency: half }];
        // a graph of its own for each hop, which only encoders with hops are given
        if (encoder.numHops > 0) passes.push({ adjacency, layers: perLayer });
        const encoded = encoder.encodeRows([
          ...passes.map((pass) => ({ pass, nodes, outputs: ['final', 'table', 0] as const })),
          { pass: passes[0], nodes: Int32Array.of(5), outputs: ['final'] },
        ]);
        for (const [request, pass] of passes.entries()) {
          const whole = encoder.encode(pass);
          await expectClose(encoded.rows(request, 'final')(nodes), rowsOf(await whole.final.data(), nodes));
          await expectClose(encoded.rows(request, 'table')(nodes), rowsOf(padded, nodes));
          await expectClose(encoded.rows(request, 0)(nodes), rowsOf(await whole.layer(0).data(), nodes));
        }
        await expectClose(encoded.rows(passes.length, 'final')(Int32Array.of(5)), rowsOf(final, Int32Array.of(5)));
      });
    });

    it('gives columns the same numbers', async () => {
      await withEncoder(options, async (encoder) => {
        await encoder.variables.layerWeights?.data();
        if (encoder.mixesColumns) {
          await expectClose(encoder.encodeColumns(tf.tensor2d(table, [rows, dim]), adjacency), final);
          return;
        }
        const column = Float32Array.from({ length: rows }, (_, row) => table[row * dim + 1]);
        await encoder.variables.layerWeights?.data();
        const encoded = encoder.encodeColumns(tf.tensor2d(column, [rows, 1]), adjacency);
        await expectClose(
          encoded,
          Array.from({ length: numNodes }, (_, node) => final[node * dim + 1]),
        );
      });
    });

    it('over a sampled block that misses nothing is the whole graph, noise included', async () => {
      await withEncoder(options, async (encoder) => {
        const fanOuts = new Array<number>(encoder.numHops).fill(numNodes);
        const keys = fanOuts.map((_, k) => ({ low: k, high: 2 }));
        const block = new NeighborSampler(adjacency, graph.itemEdges).sample(nodes, fanOuts, keys);
        const own = block.nodes.filter((node) => node >= encoder.firstNode).map((node) => node - encoder.firstNode);
        const noise = { magnitude: 0.1, keys: [...keys, { low: 7, high: 7 }] };
        const local = tf.tensor2d(rowsOf(table, own), [own.length, dim]);
        const encoded = encoder.encodeBlock(local, block, [
          { pass: {}, nodes, outputs: ['final', 'table'] },
          { pass: { noise }, nodes: nodes.subarray(1), outputs: ['final'] },
        ]);
        await expectClose(encoded.rows(0, 'final')(nodes), rowsOf(final, nodes));
        await expectClose(encoded.rows(0, 'table')(nodes), rowsOf(padded, nodes));
        const noisy = await encoder.encode({ adjacency, noise }).final.data();
        await expectClose(encoded.rows(1, 'final')(nodes.subarray(1)), rowsOf(noisy, nodes.subarray(1)));
      });
    });

    it('does not depend on the order of the nodes that are asked for', async () => {
      await withEncoder(options, async (encoder) => {
        const encoded = encoder.encodeRows([{ pass: { adjacency }, nodes: allNodes, outputs: ['final'] }]);
        const reversed = Int32Array.from(allNodes).reverse();
        await expectClose(encoded.rows(0, 'final')(reversed), rowsOf(final, reversed));
      });
    });

    it('has the gradient of finite differences in every variable, in rows, whole and over a block', async () => {
      const names = Object.keys(createdShapes(options));
      const inputs = names.map((name) => {
        if (name !== 'embedding') return { values: Float32Array.from(LOGITS), shape: [1, LOGITS.length] as const };
        return { values: table, shape: [rows, dim] as const };
      });
      const fanOuts = new Array<number>(depth(options)).fill(numNodes);
      const keys = fanOuts.map((_, k) => ({ low: k, high: 2 }));
      const block = new NeighborSampler(adjacency, graph.itemEdges).sample(nodes, fanOuts, keys);
      const firstNode = numNodes - rows;
      const places = block.nodes.filter((node) => node >= firstNode).map((node) => node - firstNode);
      const probe = (x: tf.Tensor2D, label: string): tf.Scalar =>
        tf.sum(tf.mul(x, tf.tensor2d(randomMatrix(x.shape[0], dim, label), [x.shape[0], dim])));
      const { worst, scale } = await checkGradient((...given) => {
        const variables = Object.fromEntries(names.map((name, i) => [name, given[i] as unknown as tf.Variable]));
        const encoder = createEncoder(variables, options, numUsers);
        const embedding = given[names.indexOf('embedding')];
        const ofRows = encoder.encodeRows([{ pass: { adjacency }, nodes, outputs: ['final'] }]).rows(0, 'final')(nodes);
        const local = lookup(embedding, places);
        const ofBlock = encoder.encodeBlock(local, block, [{ pass: {}, nodes, outputs: ['final'] }]);
        const sums = [probe(encoder.encode({ adjacency }).final, 'whole'), probe(ofRows, 'rows')];
        return tf.addN([...sums, probe(ofBlock.rows(0, 'final')(nodes), 'block')]) as tf.Scalar;
      }, inputs);
      expect(scale).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(1e-2);
    });
  });
});

function createdShapes(options: EncoderOptions): Record<string, number[]> {
  const variables = createEncoderVariables(options, numUsers, numItems, 1);
  const shapes = Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, shape]));
  tf.dispose(Object.values(variables));
  return shapes;
}

function depth(options: EncoderOptions): number {
  if (options.name === 'table') return 0;
  return options.name === 'history' ? options.numLayers + 1 : options.numLayers;
}
