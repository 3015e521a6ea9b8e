/**
 * Users made of items: against the graph itself, against a dense oracle of a user who only listens, and on users that
 * training never saw.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { denseAdjacency, naiveProduct, randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { createPlantedWorld } from '../data/index.js';
import { createEncoder, createEncoderVariables, type EncoderOptions, encoderSchema } from '../encoders/index.js';
import { inverseRootStrengths, normalizedAdjacency } from '../graph/adjacency.js';
import { type BipartiteCsr, buildBipartiteCsr } from '../graph/bipartite-csr.js';
import { buildGraph, type StoredGraph } from '../graph/index.js';
import { encodeHistory, type HistoryVectors, recommendForHistory, recommendForUser } from '../retrieval/index.js';
import { train } from '../training/index.js';
import { historyTermsOf } from './history-of-run.js';
import { loadRun, type TrainedRun } from './index.js';

const dim = 5;
const parsed = (options: object): EncoderOptions => encoderSchema.parse({ embeddingDim: dim, ...options });
const ENCODERS: [string, EncoderOptions][] = [
  ['history, mean of 2', parsed({ name: 'history', numLayers: 2 })],
  ['history, without-first of 3', parsed({ name: 'history', layerCombination: 'without-first' })],
  ['history, learned', parsed({ name: 'history', numLayers: 1, layerCombination: 'learned' })],
  ['history, no layers', parsed({ name: 'history', numLayers: 0 })],
  [
    'history, tanh (EGCF)',
    parsed({ name: 'history', numLayers: 2, layerCombination: 'without-first', activation: 'tanh' }),
  ],
  ['history, tanh, first', parsed({ name: 'history', numLayers: 2, activation: 'tanh', residual: { name: 'first' } })],
  ['history, tanh, previous', parsed({ name: 'history', numLayers: 2, activation: 'tanh', residual: 'previous' })],
  ['history, previous', parsed({ name: 'history', numLayers: 2, residual: 'previous' })],
  ['history, first', parsed({ name: 'history', numLayers: 3, residual: { name: 'first', share: 0.4 } })],
  ['lightgcn, tanh, previous', parsed({ name: 'lightgcn', numLayers: 2, activation: 'tanh', residual: 'previous' })],
  ['lightgcn, first', parsed({ name: 'lightgcn', numLayers: 2, residual: { name: 'first' } })],
  ['lightgcn', parsed({ name: 'lightgcn', numLayers: 2, layerCombination: [0.5, 0.3, 0.4] })],
];

/** An encoder with numbers of order 1, and what it makes users of. */
async function setUp(graph: BipartiteCsr, options: EncoderOptions, budgetBytes?: number, rowOfUser?: number) {
  const { numUsers, numItems } = graph;
  const variables = createEncoderVariables(options, { numUsers, numItems }, 1);
  const { embedding, layerWeights } = variables;
  const values = randomMatrix(embedding.shape[0], dim, 'table');
  if (rowOfUser !== undefined) values.fill(0, rowOfUser * dim, (rowOfUser + 1) * dim);
  tf.tidy(() => {
    embedding.assign(tf.tensor2d(values, [embedding.shape[0], dim]));
    layerWeights?.assign(tf.tensor2d([[0.4, -0.8]]));
  });
  const encoder = createEncoder(variables, options, graph);
  const adjacency = normalizedAdjacency(graph);
  const scale = inverseRootStrengths(graph).subarray(numUsers);
  const terms = await historyTermsOf(encoder, { adjacency, numUsers, scale }, budgetBytes);
  const vectors: HistoryVectors = {
    embeddingDim: dim,
    normalized: false,
    isWholeModel: true,
    countsRepeats: false,
    ...terms,
  };
  const final = await readTensor(() => tf.clone(encoder.encode({ adjacency }).final));
  return { encoder, table: values, vectors, final };
}

const itemsOf = ({ userOffsets, userNeighbors }: BipartiteCsr, user: number): Int32Array =>
  userNeighbors.slice(userOffsets[user], userOffsets[user + 1]);

function expectRow(actual: Float32Array, expected: ArrayLike<number>, row: number): void {
  for (let d = 0; d < dim; d++) expect(actual[d]).toBeCloseTo(expected[row * dim + d], 5);
}

describe.each(RUNNABLE_BACKENDS)('users made of items on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterEach(() => tf.disposeVariables());

  it.each(ENCODERS.filter(([, { name }]) => name === 'history'))(
    '%s: a user of the graph is the sum over its items, in any budget',
    async (_, options) => {
      const graph = randomGraph(7, 9, 0.4, 'history');
      const before = tf.memory().numTensors;
      const { vectors, final, encoder } = await setUp(graph, options);
      for (let user = 0; user < 7; user++) expectRow(encodeHistory(vectors, itemsOf(graph, user)), final, user);
      const narrow = (await setUp(graph, options, 1)).vectors.terms[0].items;
      for (const [i, value] of narrow.entries()) expect(value).toBeCloseTo(vectors.terms[0].items[i], 6);
      tf.dispose(Object.values(encoder.variables));
      expect(tf.memory().numTensors).toBe(before + Object.keys(encoder.variables).length);
    },
  );

  it('counts items by their weights where the graph has some', async () => {
    const columns = { userIndex: Int32Array.of(0, 0, 0, 1, 1, 2), itemIndex: Int32Array.of(0, 0, 1, 1, 2, 2) };
    const graph = buildBipartiteCsr(columns, { numUsers: 3, numItems: 3 });
    const { vectors, final } = await setUp(graph, ENCODERS[0][1]);
    expectRow(encodeHistory(vectors, Int32Array.of(0, 1), Float32Array.of(2, 1)), final, 0);
  });

  it.each(ENCODERS.filter(([, { name }]) => name === 'lightgcn'))(
    '%s: a user whose row is zero is the sum over its items',
    async (_, options) => {
      const graph = randomGraph(7, 9, 0.4, 'history');
      const { vectors, final } = await setUp(graph, options, undefined, 3);
      expectRow(encodeHistory(vectors, itemsOf(graph, 3)), final, 3);
    },
  );

  it.each(ENCODERS)(
    '%s: a user left out of the graph is one who hears its items and says nothing',
    async (_, options) => {
      const whole = randomGraph(7, 9, 0.5, 'left out');
      const left = 4;
      const heard = itemsOf(whole, left);
      // the graph without the user's edges; it keeps an isolated node, which changes nothing
      const columns = { userIndex: [] as number[], itemIndex: [] as number[] };
      for (let user = 0; user < 7; user++) {
        if (user === left) continue;
        for (const item of itemsOf(whole, user)) {
          columns.userIndex.push(user);
          columns.itemIndex.push(item);
        }
      }
      const graph = buildBipartiteCsr(
        { userIndex: Int32Array.from(columns.userIndex), itemIndex: Int32Array.from(columns.itemIndex) },
        { numUsers: 7, numItems: 9 },
      );
      const { vectors, table } = await setUp(graph, options, undefined, options.name === 'lightgcn' ? left : undefined);
      // the oracle: one directed row, whose items keep the degrees they had without the user
      const hop = denseAdjacency(graph);
      const degrees = Array.from({ length: 9 }, (_, item) => graph.itemOffsets[item + 1] - graph.itemOffsets[item]);
      for (const item of heard)
        if (degrees[item] > 0) hop[left][7 + item] = 1 / Math.sqrt(heard.length * degrees[item]);
      const isHistory = options.name === 'history';
      const padded = isHistory ? [...new Array<number>(7 * dim).fill(0), ...table] : [...table];
      const users = naiveProduct(hop, padded, dim).slice(0, 7 * dim);
      const { numLayers, layerCombination, activation, residual } = options as Extract<
        EncoderOptions,
        { name: 'lightgcn' | 'history' }
      >;
      const f = (x: readonly number[]): number[] => (activation === 'tanh' ? x.map(Math.tanh) : [...x]);
      const first = isHistory ? [...f(users), ...table] : padded;
      const next = (layer: readonly number[]): number[] =>
        f(naiveProduct(hop, layer, dim)).map((value, i) => {
          if (residual === 'previous') return value + layer[i];
          return typeof residual === 'object' ? (1 - residual.share) * value + residual.share * first[i] : value;
        });
      const softmax = [Math.exp(0.4), Math.exp(-0.8)].map((x) => x / (Math.exp(0.4) + Math.exp(-0.8)));
      const weightOf = (k: number): number => {
        if (layerCombination === 'learned') return softmax[k];
        if (Array.isArray(layerCombination)) return layerCombination[k];
        return layerCombination === 'mean' ? 1 / (numLayers + 1) : k === 0 ? 0 : 1 / numLayers;
      };
      const expected = new Array<number>(dim).fill(0);
      let layer: readonly number[] = first;
      for (let k = 0; k <= numLayers; k++) {
        for (let d = 0; d < dim; d++) expected[d] += weightOf(k) * layer[left * dim + d];
        layer = next(layer);
      }
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.05);
      expectRow(encodeHistory(vectors, heard), expected, 0);
    },
  );
});

describe('runs', () => {
  const work = mkdtempSync(join(tmpdir(), 'twinlight-history-'));
  const SMALL = [
    'training.epochs=6',
    'training.batchSize=256',
    'training.learningRate=0.02',
    'encoder.embeddingDim=16',
  ];
  const world = createPlantedWorld({ seed: 3, numUsers: 300, numItems: 150, numTastes: 6, meanInteractions: 24 });
  let graph: StoredGraph;
  const runs = new Map<string, Promise<TrainedRun>>();
  /** Trained when first asked for. */
  const trained = (preset: string, ...more: string[]): Promise<TrainedRun> => {
    const set = [...(['popularity', 'item-knn'].includes(preset) ? [] : SMALL), ...more];
    const key = [preset, ...more].join();
    const run = join(work, `run-${runs.size}`);
    const made = runs.get(key) ?? train({ source: graph, preset, set, run }).then(() => loadRun(run));
    runs.set(key, made);
    return made;
  };

  beforeAll(async () => {
    await useBackend('auto');
    const data = { split: { name: 'cold-user' as const, testRatio: 0.3 } };
    graph = await buildGraph(world.interactions, { graphsDir: join(work, 'graphs'), name: 'strangers', data });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('recommends to users that training never saw, far better than popularity', async () => {
    const [history, popularity] = [await trained('history'), await trained('popularity')];
    const recall = { history: 0, popularity: 0 };
    let users = 0;
    const { offsets, values } = graph.test;
    for (let user = 0; user < graph.users.size; user++) {
      const ids = [...values.subarray(offsets[user], offsets[user + 1])].map((item) => graph.items.idOf(item));
      if (ids.length < 6) continue;
      expect(graph.train.userOffsets[user + 1] - graph.train.userOffsets[user]).toBe(0);
      // every other item is what we know of the stranger, the rest what it will take
      const [known, wanted] = [0, 1].map((parity) => ids.filter((_, i) => i % 2 === parity));
      const found = await recommendForHistory(history, known, { k: 20 });
      const rest = await popular(known);
      const hits = (items: readonly string[]): number => wanted.filter((id) => items.includes(id)).length;
      recall.history += hits(found.items.map(({ id }) => id)) / wanted.length;
      recall.popularity += hits(rest) / wanted.length;
      users++;
      expect(found.items.some(({ id }) => known.includes(id))).toBe(false);
    }
    expect(users).toBeGreaterThan(50);
    expect(recall.history / users).toBeGreaterThan(1.5 * (recall.popularity / users));

    async function popular(known: readonly string[]): Promise<string[]> {
      const exclude = {
        offsets: Int32Array.of(0, known.length),
        values: Int32Array.from(known, (id) => graph.items.indexOf(id)!).sort(),
      };
      // any user will do: popularity knows none
      const { ids } = await popularity.recommender.recommend(Int32Array.of(0), 20, exclude);
      return [...ids].map((item) => graph.items.idOf(item));
    }
  });

  it('gives a user of the graph what the run gives it, and says what it could not use', async () => {
    const run = await trained('history');
    const user = graph.train.userOffsets.findIndex((offset, i) => graph.train.userOffsets[i + 1] - offset > 5);
    const ids = [...itemsOf(graph.train, user)].map((item) => graph.items.idOf(item));
    const own = await recommendForUser(run, graph.users.idOf(user), { k: 10 });
    const made = await recommendForHistory(run, [...ids, 'no such item', ids[0]], { k: 10 });
    expect(made.items.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
    for (const [i, { score }] of made.items.entries()) expect(score).toBeCloseTo(own[i].score, 5);
    expect(made).toMatchObject({ used: ids, unknown: ['no such item'], untrained: [], isWholeModel: true });
    const all = await recommendForHistory(run, ids, { k: 150, includeKnown: true });
    expect(all.items.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    const silent = graph.train.itemOffsets.findIndex((offset, i) => graph.train.itemOffsets[i + 1] === offset);
    if (silent >= 0) {
      const nothing = await recommendForHistory(run, [graph.items.idOf(silent)]);
      expect(nothing).toMatchObject({ items: [], used: [], untrained: [graph.items.idOf(silent)] });
    }
    await expect(recommendForHistory(run, ['x', 'y'])).rejects.toThrow(/has none of "x", "y"; ids look like/);
    await expect(recommendForHistory(run, [])).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  });

  it('answers for lightgcn too, told apart, and refuses what has no way to do it', async () => {
    const ids = [...itemsOf(graph.train, 0)].map((item) => graph.items.idOf(item));
    const some = ids.length > 0 ? ids : [graph.items.idOf(0)];
    const lightgcn = await trained('lightgcn', 'encoder.attributes=[genre]');
    expect(await recommendForHistory(lightgcn, some, { k: 3 })).toMatchObject({ isWholeModel: false });
    for (const [preset, ...more] of [
      ['two-tower'],
      ['popularity'],
      ['item-knn'],
      ['lightgcn', 'encoder.numLayers=0'],
    ]) {
      const run = await trained(preset, ...more);
      await expect(recommendForHistory(run, some)).rejects.toMatchObject({ code: 'NO_HISTORY' });
    }
  });
});
