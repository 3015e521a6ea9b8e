/**
 * Attribute nodes in training: gradients, views, what readers of a run see, resuming, and what they are for: an item that
 * nobody took yet is placed by its attributes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fewer } from '../../tests/fewer.js';
import { randomFeatures, randomGraph } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { PRESETS } from '../config/presets/registry.js';
import { resolveConfig } from '../config/resolve-config.js';
import type { ConfigObject } from '../core/strict-config.js';
import { createPlantedWorld } from '../data/index.js';
import { buildBipartiteCsr, buildGraph, itemDegrees, type StoredGraph, userDegrees } from '../graph/index.js';
import { Model } from '../objective/model.js';
import { Objective } from '../objective/objective.js';
import { loadRun, type TrainOptions } from '../runs/index.js';
import { EpochBatches } from './batches.js';
import { train } from './index.js';

const graph = randomGraph(9, 8, 0.3, 'attribute training');
const features = randomFeatures(9, 8, 'attribute training');
const batch = new EpochBatches(graph, { batchSize: 10, seed: 1 }).batch({ epoch: 1, index: 0 });

function setUp(more: ConfigObject) {
  const own = { encoder: { embeddingDim: 4, numLayers: 2, attributes: ['city', { name: 'tags', weight: 0.5 }] } };
  const config = resolveConfig([PRESETS.sgl.config as ConfigObject, own, more], 'test');
  const model = new Model(config, graph, features);
  return { model, objective: new Objective(config, graph, model) };
}

/** Row-wise product in float64 of the operator with `[numNodes, dim]` numbers. */
function naiveHop({ numNodes, offsets, columns, values }: Objective['adjacency'], x: Float64Array, dim: number) {
  const out = new Float64Array(x.length);
  for (let row = 0; row < numNodes; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      for (let d = 0; d < dim; d++) out[row * dim + d] += values[at] * x[columns[at] * dim + d];
    }
  }
  return out;
}

describe.each(RUNNABLE_BACKENDS)('attribute nodes on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterAll(() => tf.disposeVariables());

  it('have rows behind those of users and items, which they leave as they are without them, and are not served', async () => {
    const { model, objective } = setUp({});
    const numValues = 4 + 4 + 6;
    expect(model.encoder.idTable!.shape).toEqual([9 + 8 + numValues, 4]);
    expect(objective.adjacency.numNodes).toBe(9 + 8 + numValues);
    const plain = new Model(resolveConfig([{ encoder: { name: 'lightgcn', embeddingDim: 4 } }], 'plain'), graph);
    const table = await model.encoder.idTable!.data();
    const same = await plain.encoder.idTable!.data();
    const degrees = [...userDegrees(graph), ...itemDegrees(graph)];
    for (const [node, degree] of degrees.entries()) {
      if (degree === 0) continue;
      expect(table.slice(node * 4, (node + 1) * 4)).toEqual(same.slice(node * 4, (node + 1) * 4));
    }
    const { users, items } = await model.embeddings(objective.adjacency);
    expect([users.length, items.length]).toEqual([9 * 4, 8 * 4]);
    // mean of the table and two hops
    const layer0 = Float64Array.from(table);
    const layer1 = naiveHop(objective.adjacency, layer0, 4);
    const layer2 = naiveHop(objective.adjacency, layer1, 4);
    const sum = layer0.map((value, at) => value + layer1[at] + layer2[at]);
    for (let at = 0; at < items.length; at++) expect(items[at]).toBeCloseTo(sum[9 * 4 + at] / 3, 6);
  });

  it('begin at zero where an item has nothing but attributes', async () => {
    const few = buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 3), itemIndex: Int32Array.of(2, 2) },
      { numUsers: 9, numItems: 8 },
    );
    const config = resolveConfig([{ encoder: { name: 'lightgcn', embeddingDim: 4, attributes: ['tags'] } }], 'cold');
    const model = new Model(config, few, features);
    const table = await model.encoder.variables.embedding.data();
    const { tags } = features.itemFeatures!.columns;
    if (tags.kind !== 'multi-valued') throw new Error('unexpected kind');
    for (let item = 0; item < 8; item++) {
      const isBare = item !== 2 && tags.offsets[item + 1] > tags.offsets[item];
      expect(table.slice((9 + item) * 4, (10 + item) * 4).every((value) => value === 0)).toBe(isBare);
    }
    // users have no attributes here
    expect(table.slice(0, 9 * 4).every((value) => value !== 0)).toBe(true);
  });

  it('are under L2 where asked for, as often as users and items of the batch have them', async () => {
    const [without, counted] = [false, true].map((attributes) =>
      setUp({ losses: { main: { name: 'in-batch-softmax' }, l2: { weight: 0.5, attributes } } }),
    );
    const [a, b] = [
      await without.objective.compute({ batch, epoch: 1, step: 1 }),
      await counted.objective.compute({ batch, epoch: 1, step: 1 }),
    ];
    const table = await counted.model.encoder.idTable!.data<'float32'>();
    const { offsets, columns } = counted.model.attributes!.nodes;
    const times = new Float64Array(table.length / 4);
    for (const node of [...batch.userIndex, ...batch.itemIndex.map((item) => 9 + item)]) {
      for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) times[columns[edge]]++;
    }
    const size = batch.userIndex.length;
    const expected = table.reduce((sum, value, at) => sum + (times[Math.floor(at / 4)] * value ** 2) / 2 / size, 0);
    expect(Math.max(...times)).toBeGreaterThan(1);
    expect(expected).toBeGreaterThan(0.01);
    expect(b.parts.l2! - a.parts.l2!).toBeCloseTo(expected, 5);
    const [plain, more] = [await a.gradients.embedding.data(), await b.gradients.embedding.data()];
    for (const [at, value] of table.entries()) {
      expect(more[at] - plain[at]).toBeCloseTo((0.5 * times[Math.floor(at / 4)] * value) / size, 5);
    }
    tf.dispose([a.gradients, b.gradients]);
  });

  it.each([
    ['edge-dropout', 'identity'],
    ['node-dropout', 'attribute-mask'],
    ['layerwise-edge-dropout', 'attribute-mask'],
    ['attribute-mask', 'attribute-mask'],
    ['random-walk', 'edge-addition'],
    ['singular-value', 'embedding-noise'],
  ])('have the gradient of finite differences under %s and %s', async (first, second) => {
    const { model, objective } = setUp({ views: { first: { name: first }, second: { name: second } } });
    const idTable = model.encoder.idTable!;
    tf.tidy(() => idTable.assign(tf.mul(idTable, 2)));
    const { gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
    const analytic = Float32Array.from(await gradients.embedding.data());
    tf.dispose(gradients);
    const scale = Math.max(...analytic.map(Math.abs));
    const values = Float32Array.from(await idTable.data());
    expect(Math.max(...analytic.slice(17 * 4).map(Math.abs))).toBeGreaterThan(0.01 * scale);
    for (let i = 3; i < values.length; i += 13 * fewer(backend)) {
      const at = async (delta: number): Promise<number> => {
        const moved = Float32Array.from(values);
        moved[i] += delta;
        tf.tidy(() => idTable.assign(tf.tensor(moved, idTable.shape)));
        const { parts, gradients: unused } = await objective.compute({ batch, epoch: 1, step: 1 });
        tf.dispose(unused);
        return parts.total;
      };
      expect(Math.abs(((await at(0.01)) - (await at(-0.01))) / 0.02 - analytic[i])).toBeLessThan(0.02 * scale + 5e-4);
    }
  });

  it('under a singular-value view of full rank give what the clean pass gives', async () => {
    const { model, objective } = setUp({ views: { first: { name: 'singular-value', rank: 8 } } });
    const { adjacency } = objective;
    const view = objective.views.draw('first', { epoch: 1, step: 1 });
    const low = await readTensor(() => model.encoder.encode(view).final);
    const clean = await readTensor(() => model.encoder.encode({ adjacency }).final);
    for (let i = 0; i < clean.length; i++) expect(low[i]).toBeCloseTo(clean[i], 4);
  });
});

describe('runs with attribute nodes', () => {
  const work = mkdtempSync(join(tmpdir(), 'twinlight-attributes-'));
  const SMALL = [
    'training.epochs=4',
    'training.batchSize=256',
    'training.learningRate=0.02',
    'encoder.embeddingDim=16',
    'losses.prototypes.numUserPrototypes=6',
    'losses.prototypes.numItemPrototypes=6',
  ];
  let warm: StoredGraph;
  let cold: StoredGraph;
  let counter = 0;
  const options = (set: readonly string[], source = warm): TrainOptions => ({
    source,
    set: [...SMALL, ...set],
    run: join(work, `run-${counter++}`),
  });
  const GENRE = 'encoder.attributes=[genre, segment]';

  beforeAll(async () => {
    const { interactions } = createPlantedWorld({ seed: 3, numUsers: 150, numItems: 120, meanInteractions: 16 });
    const build = (split: 'per-user-time' | 'cold-item') =>
      buildGraph(interactions, { data: { split: { name: split } }, graphsDir: join(work, 'graphs'), name: split });
    [warm, cold] = [await build('per-user-time'), await build('cold-item')];
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('joint, with masked attributes, resumes to the same bytes and serves users and items only', async () => {
    const set = [GENRE, 'views.first={name: attribute-mask}', 'views.redraw=epoch'];
    const [whole, cut] = [options(set), options([...set, 'training.maxSteps=7'])];
    const report = await train(whole);
    expect(report.test['recall@20']).toBeGreaterThan(0);
    await train(cut);
    await train({ run: cut.run, resume: true, set: ['training.maxSteps=1000'] });
    const best = [whole, cut].map(({ run }) => readFileSync(join(run!, 'best.state')).toString('base64'));
    expect(best[1]).toBe(best[0]);
    const { embeddings } = await loadRun(whole.run!);
    expect(embeddings!.users.length).toBe(150 * 16);
    expect(embeddings!.items.length).toBe(120 * 16);
  });

  it('place an item that nobody took by its attributes', async () => {
    const plain = await train(options([], cold));
    const genre = await train(options([GENRE], cold));
    expect(genre.test['recall@20']).toBeGreaterThan(2.5 * plain.test['recall@20']);
    const {
      embeddings,
      graph: { train: edges, itemFeatures },
    } = await loadRun(genre.run);
    const { genre: column } = itemFeatures!.columns;
    if (column.kind !== 'categorical') throw new Error('unexpected kind');
    const dot = (a: number, b: number): number => {
      let sum = 0;
      for (let d = 0; d < 16; d++) sum += embeddings!.items[a * 16 + d] * embeddings!.items[b * 16 + d];
      return sum;
    };
    const items = [...column.codes.keys()];
    const isCold = (item: number): boolean => edges.itemOffsets[item] === edges.itemOffsets[item + 1];
    const coldItems = items.filter(isCold);
    expect(coldItems.length).toBeGreaterThan(20);
    const nearest = (item: number): number =>
      items
        .filter((other) => !isCold(other))
        .reduce((best, other) => (dot(item, other) > dot(item, best) ? other : best));
    const agreeing = coldItems.filter((item) => column.codes[nearest(item)] === column.codes[item]);
    expect(agreeing.length / coldItems.length).toBeGreaterThan(0.8);
  });

  it.each([
    [
      ['encoder.attributes=[gender]'],
      /"gender" is no categorical.*there are user\.segment, user\.interests, item\.genre, item\.tags/,
    ],
    [['encoder.attributes=[price]'], /"price" is no categorical/],
    [['views.first={name: attribute-mask}'], /views\.first is attribute-mask.*encoder\.attributes/],
    [
      [GENRE, 'training.propagation=sampled', 'views.first={name: identity}'],
      /encoder\.attributes.*training\.propagation full/,
    ],
    [['encoder={name: table, attributes: [genre]}'], /attributes: unknown key/],
    [['encoder.attributes=[{name: genre, weight: 0}]'], /weight: expected a number > 0/],
  ])('%j is refused', async (set, message) => {
    await expect(train(options(set))).rejects.toThrow(message);
  });
});

it('L2 over attribute nodes is refused where there are none', () => {
  const settings = { encoder: { name: 'lightgcn' }, losses: { l2: { attributes: true } } };
  expect(() => resolveConfig([settings], 'test')).toThrow(/losses.l2.attributes is true/);
});
