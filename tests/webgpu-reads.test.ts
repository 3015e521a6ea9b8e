/** A training step on WebGPU reads back its losses, at once and at its end; what needs more reads before it begins. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../src/backend/index.js';
import { PRESETS } from '../src/config/presets/registry.js';
import { resolveConfig } from '../src/config/resolve-config.js';
import { Model } from '../src/objective/model.js';
import { Objective } from '../src/objective/objective.js';
import { Adam } from '../src/ops/index.js';
import { EpochBatches } from '../src/training/batches.js';
import { randomGraph } from './random-arrays.js';
import { RUNNABLE_BACKENDS } from './runnable-backends.js';

describe.skipIf(!RUNNABLE_BACKENDS.includes('webgpu'))('reads of a step on webgpu', () => {
  const graph = randomGraph(12, 15, 0.4, 'reads');
  /** Numbers read, a read each. */
  const reads: number[] = [];
  let original: tf.KernelBackend['read'];
  beforeAll(async () => {
    await useBackend('webgpu');
    const backend = tf.backend();
    original = backend.read;
    backend.read = async (dataId) => {
      const values = await original.call(backend, dataId);
      reads.push(values.length);
      return values;
    };
  });
  afterAll(() => {
    tf.backend().read = original;
    tf.disposeVariables();
  });

  it.each(['lightgcn-bpr', 'two-tower', 'xsimgcl', 'sgl', 'directau', 'joint'] as const)('%s', async (preset) => {
    const config = resolveConfig([PRESETS[preset].config, { losses: { l2: { weight: 0.01 } } }], 'test');
    const model = new Model(config, graph);
    const objective = new Objective(config, graph, model);
    const adam = new Adam(model.variables);
    const batches = new EpochBatches(graph, { batchSize: 16, seed: 1 });
    for (let step = 1; step <= 2; step++) {
      reads.length = 0;
      const { parts, gradients } = await objective.compute({
        batch: batches.batch({ epoch: 1, index: step - 1 }),
        epoch: 1,
        step,
      });
      adam.update(gradients, 0.01);
      tf.dispose(gradients);
      expect(reads).toEqual([Object.keys(parts).length]);
      for (const value of Object.values(parts)) expect(Number.isFinite(value)).toBe(true);
    }
    adam.dispose();
  });

  it('hardest-in-batch reads two rows a positive and what it chose, before the step', async () => {
    const [perQuery, dim] = [2, 8];
    const negatives = { sources: [{ name: 'hardest-in-batch', count: perQuery }] };
    const own = { encoder: { embeddingDim: dim }, negatives };
    const config = resolveConfig([PRESETS['lightgcn-bpr'].config, own], 'test');
    const objective = new Objective(config, graph, new Model(config, graph));
    const batch = new EpochBatches(graph, { batchSize: 16, seed: 1 }).batch({ epoch: 1, index: 0 });
    reads.length = 0;
    const { parts, gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
    tf.dispose(gradients);
    const size = batch.itemIndex.length;
    expect(reads).toEqual([size * dim, size * dim, size * perQuery, size * perQuery, Object.keys(parts).length]);
  });
});
