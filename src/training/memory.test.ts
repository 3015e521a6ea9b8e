/**
 * No step may leave anything behind. The same batch over and over asks for arrays of the same sizes, so the numbers of
 * tensors and the bytes in the native backend's pool must stay what they were, exactly. Ten thousand steps over all
 * batches, with heap and resident memory: bench/leak.
 */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import type { Preset } from '../config/presets/preset.js';
import { PRESETS, presetOf } from '../config/presets/registry.js';
import { resolveConfig } from '../config/resolve-config.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph } from '../graph/index.js';
import { Model } from '../objective/model.js';
import { Objective } from '../objective/objective.js';
import { Adam } from '../ops/index.js';
import { EpochBatches } from './batches.js';

const WARM_UP = 3;
/** The others are slow; what they could leave behind is tensors alone, which the first steps would show. */
const steps = (backend: string): number => ({ native: 200, webgpu: 6 })[backend] ?? 25;
const SMALL = { encoder: { embeddingDim: 16 }, training: { batchSize: 64 } };
const trained = Object.entries<Preset>(PRESETS).flatMap(([name, { config }]) => (config.ranker ? [] : [name]));

interface Held {
  readonly tensors: number;
  readonly buffers: number;
  /** Bytes of the native backend's pool; absent on other backends. */
  readonly pool?: number;
}

function held(): Held {
  const { numTensors, numDataBuffers } = tf.memory();
  const { pool } = tf.backend() as unknown as { pool?: { held: number } };
  return { tensors: numTensors, buffers: numDataBuffers, ...(pool && { pool: pool.held }) };
}

describe.each(RUNNABLE_BACKENDS.filter((backend) => backend !== 'cpu'))('memory over many steps on %s', (backend) => {
  it.each(trained)('%s', async (preset) => {
    await useBackend(backend);
    const { interactions } = createPlantedWorld({ seed: 3, numUsers: 60, numItems: 60, meanInteractions: 14 });
    const graph = await buildGraph(interactions, { name: 'planted' });
    const { train } = graph;
    const before = tf.memory().numTensors;
    const config = resolveConfig([presetOf(preset).config, SMALL], preset);
    const model = new Model(config, train, graph);
    const objective = new Objective(config, train, model);
    const adam = new Adam(model.variables);
    const batch = new EpochBatches(train, { batchSize: config.training.batchSize, seed: config.seed }).batch({
      epoch: 1,
      index: 0,
    });
    let settled: Held | undefined;
    for (let step = 1; step <= steps(backend); step++) {
      const { gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
      adam.update(gradients, config.training.learningRate);
      tf.dispose(Object.values(gradients));
      if (step === WARM_UP) settled = held();
      if (step > WARM_UP) expect({ step, ...held() }).toEqual({ step, ...settled });
    }
    if (backend === 'native') expect(settled?.pool).toBeGreaterThan(0);
    adam.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
