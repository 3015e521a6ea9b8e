/**
 * What every encoder promises, over any rows under any propagation and on every backend: the embeddings of its definition, the
 * same from each of its ways to compute them, gradients in every variable, and no tensor left. A registry row without a case
 * here fails.
 */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CASE_SIZE, definedLayers, LOGITS, PROPAGATION_CASES, ROWS_CASES } from '../../tests/encoder-cases.js';
import { checkGradient } from '../../tests/finite-differences.js';
import { denseAdjacency, naiveProduct, randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { lookup, NeighborSampler } from '../ops/index.js';
import {
  type BlockPassView,
  createEncoder,
  createEncoderVariables,
  depthOf,
  type Encoder,
  type EncoderOptions,
  type EncoderPass,
  encoderSchema,
  PROPAGATION_NAMES,
  ROWS_NAMES,
  type RowRequest,
  type RowsContext,
} from './index.js';

const { numUsers, numItems, dim } = CASE_SIZE;
const numNodes = numUsers + numItems;
const graph = randomGraph(numUsers, numItems, 0.4, 'encoder-contract');
const adjacency = normalizedAdjacency(graph);
const dense = denseAdjacency(graph);
const edges = dense.map((row) => row.map((value) => Number(value > 0)));
const degrees = Int32Array.from(edges, (row) => row.reduce((sum, edge) => sum + edge, 0));
const odd = Uint8Array.from({ length: graph.numEdges }, (_, edge) => edge % 2);
const half = normalizedAdjacency(graph, odd);

type Inputs = Readonly<Record<string, { readonly values: Float32Array; readonly shape: readonly [number, number] }>>;

const allNodes = Int32Array.from({ length: numNodes }, (_, node) => node);
const nodes = Int32Array.of(0, 3, 7, 12);
const rowsOf = (values: ArrayLike<number>, wanted: Int32Array): number[] =>
  [...wanted].flatMap((node) => Array.from({ length: dim }, (_, d) => values[node * dim + d]));

async function expectClose(actual: tf.Tensor, expected: ArrayLike<number>): Promise<void> {
  const values = await actual.data();
  expect(values.length).toBe(expected.length);
  for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i], 4);
}

it('has a case for every kind of rows and every propagation', () => {
  const names = (cases: readonly { options: { name: string } }[]) => [
    ...new Set(cases.map(({ options }) => options.name)),
  ];
  expect(names(ROWS_CASES).sort()).toEqual([...ROWS_NAMES].sort());
  expect(names(PROPAGATION_CASES).sort()).toEqual([...PROPAGATION_NAMES].sort());
});

// towers are told of made-up degrees, so that some items are cold: no hop that weighs by degrees has those
const CASES = ROWS_CASES.flatMap((rows) =>
  PROPAGATION_CASES.filter(
    ({ label, hop }) => (rows.under?.includes(label) ?? true) && !(hop && rows.known?.degrees),
  ).map((propagation) => ({
    label: `${rows.label} × ${propagation.label}`,
    rows,
    propagation,
  })),
);

describe.each(RUNNABLE_BACKENDS)('encoders on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  /** Runs `body` over a fresh encoder and checks that nothing is left. */
  async function withEncoder(
    options: EncoderOptions,
    context: RowsContext,
    inputs: Inputs,
    body: (encoder: Encoder) => Promise<void>,
  ): Promise<void> {
    const before = tf.memory().numTensors;
    const variables = createEncoderVariables(options, context, 1);
    expect(shapesOf(variables)).toEqual(shapesOf(inputs));
    for (const [name, { values, shape }] of Object.entries(inputs)) {
      tf.tidy(() => variables[name].assign(tf.tensor(values, [...shape])));
    }
    tf.engine().startScope();
    try {
      await body(createEncoder(variables, options, context));
    } finally {
      tf.engine().endScope();
    }
    tf.dispose(Object.values(variables));
    expect(tf.memory().numTensors).toBe(before);
  }

  describe.each(CASES)('$label', ({ rows, propagation }) => {
    const options = encoderSchema.parse({ embeddingDim: dim, rows: rows.options, propagation: propagation.options });
    const learned = 'layerCombination' in propagation.options && propagation.options.layerCombination === 'learned';
    const inputs: Inputs = {
      ...rows.variables,
      ...(learned && { layerWeights: { values: Float32Array.from(LOGITS), shape: [1, LOGITS.length] } }),
    };
    const { firstNode } = rows;
    const context = { ...CASE_SIZE, degrees, ...rows.known };
    const { weights } = propagation;
    const numRows = numNodes - firstNode;
    const table = rows.table.slice(firstNode * dim);
    const plain = { edges, degrees: context.degrees };
    const layers = definedLayers(
      rows,
      propagation,
      (layer) => propagation.hop?.(layer, plain) ?? naiveProduct(dense, layer, dim),
    );
    const final = layers[0].map((_, i) => layers.reduce((sum, layer, k) => sum + weights[k] * layer[i], 0));
    const numHops = layers.length - 1 + rows.numHops;
    const within = (body: (encoder: Encoder) => Promise<void>) => withEncoder(options, context, inputs, body);
    /** Rows of the id table, where there is one, of the block's nodes that have one. */
    const idRows = ({ idTable, idNodes: { first, end } }: Encoder, nodesOfBlock: Int32Array): tf.Tensor2D | undefined =>
      idTable &&
      lookup(
        idTable as unknown as tf.Tensor2D,
        nodesOfBlock.filter((node) => node >= first && node < end).map((node) => node - first),
      );

    it('is its definition: layers, table and final', async () => {
      await within(async (encoder) => {
        const encoded = encoder.encode({ adjacency });
        await expectClose(encoded.final, final);
        await expectClose(encoded.table, rows.table);
        await expectClose(encoder.table(), table);
        for (const [k, layer] of layers.entries()) await expectClose(encoded.layer(k), layer);
        expect(encoder.numLayers).toBe(layers.length - 1);
        expect(encoder.numHops).toBe(numHops);
        expect(depthOf(options)).toEqual({ numLayers: encoder.numLayers, numHops });
        expect(encoder.firstNode).toBe(firstNode);
        expect(Object.keys(encoder.variables)).toEqual(Object.keys(inputs));
        await encoder.variables.layerWeights?.data();
        for (const [k, weight] of encoder.layerWeights().entries()) expect(weight).toBeCloseTo(weights[k], 6);
      });
    });

    it('gives some rows of several passes the same numbers, one node included', async () => {
      await within(async (encoder) => {
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
          await expectClose(encoded.rows(request, 'table')(nodes), rowsOf(rows.table, nodes));
          await expectClose(encoded.rows(request, 0)(nodes), rowsOf(await whole.layer(0).data(), nodes));
        }
        await expectClose(encoded.rows(passes.length, 'final')(Int32Array.of(5)), rowsOf(final, Int32Array.of(5)));
      });
    });

    it('gives columns the same numbers', async () => {
      await within(async (encoder) => {
        await encoder.variables.layerWeights?.data();
        if (encoder.mixesColumns) {
          await expectClose(encoder.encodeColumns(tf.tensor2d(table, [numRows, dim]), adjacency), final);
          return;
        }
        const column = Float32Array.from({ length: numRows }, (_, row) => table[row * dim + 1]);
        await encoder.variables.layerWeights?.data();
        const encoded = encoder.encodeColumns(tf.tensor2d(column, [numRows, 1]), adjacency);
        await expectClose(
          encoded,
          Array.from({ length: numNodes }, (_, node) => final[node * dim + 1]),
        );
      });
    });

    it('over a sampled block that misses nothing is the whole graph, noise included', async () => {
      await within(async (encoder) => {
        const fanOuts = new Array<number>(numHops).fill(numNodes);
        const keys = fanOuts.map((_, k) => ({ low: k, high: 2 }));
        const block = new NeighborSampler(adjacency, graph.itemEdges).sample(nodes, fanOuts, keys);
        const noise = { magnitude: 0.1, keys: [...keys, { low: 7, high: 7 }] };
        const asked: RowRequest<BlockPassView>[] = [
          { pass: {}, nodes, outputs: ['final', 'table'] },
          { pass: { noise }, nodes: nodes.subarray(1), outputs: ['final'] },
        ];
        const encoded = encoder.encodeBlock(block, asked, idRows(encoder, block.nodes));
        await expectClose(encoded.rows(0, 'final')(nodes), rowsOf(final, nodes));
        await expectClose(encoded.rows(0, 'table')(nodes), rowsOf(rows.table, nodes));
        const noisy = await encoder.encode({ adjacency, noise }).final.data();
        await expectClose(encoded.rows(1, 'final')(nodes.subarray(1)), rowsOf(noisy, nodes.subarray(1)));
      });
    });

    it('does not depend on the order of the nodes that are asked for', async () => {
      await within(async (encoder) => {
        const encoded = encoder.encodeRows([{ pass: { adjacency }, nodes: allNodes, outputs: ['final'] }]);
        const reversed = Int32Array.from(allNodes).reverse();
        await expectClose(encoded.rows(0, 'final')(reversed), rowsOf(final, reversed));
      });
    });

    it('has the gradient of finite differences in every variable, in rows, whole and over a block', async () => {
      const names = Object.keys(inputs);
      const fanOuts = new Array<number>(numHops).fill(numNodes);
      const keys = fanOuts.map((_, k) => ({ low: k, high: 2 }));
      const block = new NeighborSampler(adjacency, graph.itemEdges).sample(nodes, fanOuts, keys);
      const probe = (x: tf.Tensor2D, label: string): tf.Scalar =>
        tf.sum(tf.mul(x, tf.tensor2d(randomMatrix(x.shape[0], dim, label), [x.shape[0], dim])));
      const { worst, scale } = await checkGradient((...given) => {
        const variables = Object.fromEntries(names.map((name, i) => [name, given[i] as unknown as tf.Variable]));
        const encoder = createEncoder(variables, options, context);
        const request = { nodes, outputs: ['final'] as const };
        const ofRows = encoder.encodeRows([{ pass: { adjacency }, ...request }]).rows(0, 'final')(nodes);
        const ofBlock = encoder.encodeBlock(block, [{ pass: {}, ...request }], idRows(encoder, block.nodes));
        const sums = [probe(encoder.encode({ adjacency }).final, 'whole'), probe(ofRows, 'rows')];
        return tf.addN([...sums, probe(ofBlock.rows(0, 'final')(nodes), 'block')]) as tf.Scalar;
      }, Object.values(inputs));
      expect(scale).toBeGreaterThan(0.1);
      expect(worst).toBeLessThan(1e-2);
    });
  });
});

const shapesOf = (variables: Readonly<Record<string, { readonly shape: readonly number[] }>>) =>
  Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, shape]));
