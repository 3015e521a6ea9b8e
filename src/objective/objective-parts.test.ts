/** The parts of the joint objective: what each is, their sum, and what switching one off saves. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { batch, setUp } from '../../tests/small-objective.js';
import { useBackend } from '../backend/index.js';
import type { ConfigObject } from '../core/strict-config.js';
import type { LossParts } from './step/step-result.js';

describe.each(RUNNABLE_BACKENDS.filter((name) => name !== 'wasm'))('parts of the joint objective on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterEach(() => tf.disposeVariables());

  it('an auxiliary loss is the main loss of that name over the batch alone', async () => {
    const options = { name: 'in-batch-softmax', similarity: 'cosine', temperature: 0.3, logQ: 'frequency', weight: 1 };
    const parts = async (losses: ConfigObject): Promise<LossParts> => {
      const { objective } = setUp('lightgcn-bpr', { losses });
      const result = await objective.compute({ batch, epoch: 1, step: 1 });
      tf.dispose(result.gradients);
      return result.parts;
    };
    const asMain = await parts({ main: options });
    const beside = await parts({ auxiliary: options });
    expect(beside.auxiliary).toBeCloseTo(asMain.main!, 6);
    expect(beside.total).toBeGreaterThan(beside.auxiliary!);
    expect((await parts({ main: { weight: 0 }, auxiliary: options })).main).toBeUndefined();
  });

  describe('a pass contrasted with itself', () => {
    const contrasted = (numNodes: 'all' | number) =>
      setUp('lightgcn-bpr', {
        views: { pairing: 'self' },
        losses: { main: { similarity: 'cosine' }, contrastive: { weight: 1, temperature: 0.5, numNodes } },
      });
    const contrastAt = async ({ objective }: ReturnType<typeof contrasted>, step: number): Promise<number> => {
      const { parts, gradients } = await objective.compute({ batch, epoch: 1, step });
      tf.dispose(gradients);
      return parts.contrastive!;
    };
    /** The log-sum of how alike some nodes of a side are. */
    const spread = (all: Float32Array, dim: number, nodes: readonly number[]): number => {
      const row = (node: number): Float32Array => all.subarray(node * dim, (node + 1) * dim);
      const cosine = (a: number, b: number): number => row(a).reduce((sum, value, k) => sum + value * row(b)[k], 0);
      const losses = nodes.map((a) =>
        Math.log(nodes.reduce((sum, b) => sum + Math.exp((cosine(a, b) - cosine(a, a)) / 0.5), 0)),
      );
      return losses.reduce((sum, loss) => sum + loss, 0) / nodes.length;
    };
    const pairsOf = (nodes: readonly number[]): number[][] =>
      nodes.flatMap((a, i) => nodes.slice(i + 1).map((b) => [a, b]));

    it('is the log-sum of how alike the distinct nodes of a side are', async () => {
      const made = contrasted('all');
      const { users, items, embeddingDim } = await made.model.embeddings(made.objective.adjacency);
      const expected =
        spread(users, embeddingDim, [...new Set(batch.userIndex)]) +
        spread(items, embeddingDim, [...new Set(batch.itemIndex)]);
      expect(await contrastAt(made, 1)).toBeCloseTo(expected, 4);
    });

    it('is of as many nodes as asked for, others at each step', async () => {
      const made = contrasted(2);
      const { users, items, embeddingDim } = await made.model.embeddings(made.objective.adjacency);
      const possible = pairsOf([...new Set(batch.userIndex)]).flatMap((two) =>
        pairsOf([...new Set(batch.itemIndex)]).map(
          (both) => spread(users, embeddingDim, two) + spread(items, embeddingDim, both),
        ),
      );
      const found: number[] = [];
      for (const step of [1, 2, 3, 4]) found.push(await contrastAt(made, step));
      for (const loss of found) expect(Math.min(...possible.map((other) => Math.abs(other - loss)))).toBeLessThan(1e-5);
      expect(new Set(found).size).toBeGreaterThan(1);
      expect(await contrastAt(made, 1)).toBe(found[0]);
      expect(await contrastAt(contrasted(100), 1)).toBe(await contrastAt(contrasted('all'), 1));
    });
  });

  it.each([
    { name: 'edge-addition' },
    { name: 'layerwise-edge-dropout', dropProbability: 0.3 },
    { name: 'random-walk', walks: 1, walkLength: 1 },
    { name: 'history-mask', maskProbability: 0.5 },
    { name: 'singular-value', rank: 2 },
  ])('contrasts the clean pass with a view that differs from it: %j', async (first) => {
    const contrast = async (view: ConfigObject): Promise<number> => {
      const { objective } = setUp('sgl', { views: { first: view, second: { name: 'identity' } } });
      const { parts, gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
      tf.dispose(gradients);
      return parts.contrastive!;
    };
    const changed = await contrast(first);
    expect(changed).toBeGreaterThan(0);
    expect(Math.abs(changed - (await contrast({ name: 'edge-dropout', dropProbability: 0 })))).toBeGreaterThan(1e-4);
  });

  it('refuses a view that the graph has not what it takes for, before the first step, where it is drawn at all', () => {
    const views = { first: { name: 'history-crop' }, second: { name: 'identity' } };
    expect(() => setUp('sgl', { views })).toThrow(expect.objectContaining({ code: 'VIEW_NO_TIMES' }));
    expect(() => setUp('lightgcn', { views })).not.toThrow();
  });

  it('is the weighted sum of the parts it reports', async () => {
    const { config, objective } = setUp('joint', {
      losses: { contrastive: { weight: 0.3 }, prototypes: { weight: 0.7 } },
    });
    const { parts, gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
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

  it.each([
    ['table', { numLayers: 2 }],
    ['layers', { numLayers: 2 }],
    ['layers', { name: 'history', numLayers: 1 }],
    ['layers', { numLayers: 1, layerCombination: 'last' }],
  ] as const)('L2 of %s counts the batch’s users and positives: %j', async (of, encoder) => {
    const { model, objective } = setUp('lightgcn', { encoder, losses: { l2: { of, weight: 0.5 } } });
    const { parts, gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
    tf.dispose(gradients);
    const rows = [...batch.userIndex, ...batch.itemIndex.map((item) => item + 8)];
    const [squares] = await readTensor(() => {
      const { table, layer } = model.encoder.encode({ adjacency: objective.adjacency });
      const layers = Array.from({ length: model.encoder.numLayers + 1 }, (_, k) => layer(k));
      return tf.sum(tf.square(tf.concat((of === 'table' ? [table] : layers).map((x) => tf.gather(x, rows)))));
    });
    expect(parts.l2! / (squares / (2 * batch.userIndex.length))).toBeCloseTo(1, 4);
  });

  it.each(['main', 'contrastive', 'prototypes', 'l2'])('leaves out a part of weight 0: %s', async (part) => {
    const { objective } = setUp('joint', { losses: { [part]: { weight: 0 } } });
    const { parts, gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
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
    expect(model.variables.userPrototypes).toBeUndefined();
    const { parts, gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
    tf.dispose(gradients);
    for (const value of Object.values(parts)) expect(Number.isFinite(value)).toBe(true);
  });
});
