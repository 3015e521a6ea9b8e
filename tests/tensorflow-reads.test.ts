/** A training step on TensorFlow reads back its losses, a number each, and no tensor. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../src/backend/index.js';
import { PRESETS } from '../src/config/presets/registry.js';
import { resolveConfig } from '../src/config/resolve-config.js';
import type { ConfigObject } from '../src/core/strict-config.js';
import { Model } from '../src/objective/model.js';
import { Objective } from '../src/objective/objective.js';
import { Adam } from '../src/ops/index.js';
import { EpochBatches } from '../src/training/batches.js';
import { randomGraph } from './random-arrays.js';
import { RUNNABLE_BACKENDS } from './runnable-backends.js';

type Binding = Record<string, unknown> & { tensorDataSync(id: number): { length: number } };

describe.skipIf(!RUNNABLE_BACKENDS.includes('tensorflow'))('reads of a step on tensorflow', () => {
  /** Numbers read, a read each. */
  const reads: number[] = [];
  let backend: { binding: Binding };
  let original: Binding;
  beforeAll(async () => {
    await useBackend('tensorflow');
    backend = tf.backend() as unknown as { binding: Binding };
    original = backend.binding;
    // the addon's own properties can't be replaced
    const counting = Object.fromEntries(Object.getOwnPropertyNames(original).map((name) => [name, original[name]]));
    backend.binding = {
      ...counting,
      tensorDataSync(id: number) {
        const values = original.tensorDataSync(id);
        reads.push(values.length);
        return values;
      },
    };
  });
  afterAll(() => {
    backend.binding = original;
    tf.disposeVariables();
  });

  it.each(['lightgcn-bpr', 'two-tower', 'simgcl', 'xsimgcl', 'sgl', 'directau', 'joint'] as const)('%s', (preset) =>
    expectLosses(preset, {}),
  );

  it.each(['lightgcn', 'joint'] as const)('%s over sampled neighbours', (preset) =>
    expectLosses(preset, { training: { propagation: 'sampled' } }),
  );

  async function expectLosses(preset: keyof typeof PRESETS, settings: ConfigObject): Promise<void> {
    const graph = randomGraph(12, 15, 0.4, 'reads');
    const config = resolveConfig([PRESETS[preset].config, { losses: { l2: { weight: 0.01 } } }, settings], 'test');
    const model = new Model(config, graph);
    const objective = new Objective(config, graph, model);
    const adam = new Adam(model.variables, 'training' in settings);
    const batches = new EpochBatches(graph, { batchSize: 16, seed: 1 });
    for (let step = 1; step <= 2; step++) {
      reads.length = 0;
      const { parts, gradients, rows } = await objective.compute({
        batch: batches.batch({ epoch: 1, index: step - 1 }),
        epoch: 1,
        step,
      });
      adam.update(gradients, 0.01, rows);
      tf.dispose(gradients);
      const losses = Object.keys(parts).length;
      expect(reads).toEqual([losses]);
    }
    adam.dispose();
  }
});
