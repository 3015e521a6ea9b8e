/**
 * Negatives chosen before the step are those that the step itself would have chosen: on every backend a step mined ahead has
 * the losses and gradients of one mined in the middle on the plain backend, whatever passes its rows come from.
 */
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { randomGraph } from '../../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { awaitsReads, useBackend } from '../../backend/index.js';
import { presetOf } from '../../config/presets/registry.js';
import { resolveConfig } from '../../config/resolve-config.js';
import type { ConfigObject } from '../../core/strict-config.js';
import { EpochBatches } from '../../training/batches.js';
import { Model } from '../model.js';
import { Objective } from '../objective.js';
import type { StepResult } from './step-result.js';

vi.mock('../../backend/index.js', async (original) => {
  const backend = await original<typeof import('../../backend/index.js')>();
  return { ...backend, awaitsReads: vi.fn(backend.awaitsReads) };
});

const graph = randomGraph(14, 18, 0.3, 'mine-ahead');
const batch = new EpochBatches(graph, { batchSize: 40, seed: 1 }).batch({ epoch: 1, index: 0 });
const SOURCES = [{ name: 'hardest-in-batch', count: 2 }, { name: 'uniform' }];
const SHARED_OUT = [{ name: 'hardest-in-batch', ratio: 1 }, { name: 'uniform' }];
/** Noise as long as the rows themselves: under another the hardest would be others. */
const NOISE = { first: { name: 'embedding-noise', magnitude: 2 } };
const CASES: [string, string, ConfigObject][] = [
  [
    'lightgcn-bpr',
    'pairs, beside a contrast of views',
    {
      views: { first: { name: 'edge-dropout' } },
      losses: { contrastive: { weight: 0.5 }, l2: { weight: 0.1 } },
      negatives: { sources: SHARED_OUT },
    },
  ],
  [
    'lightgcn-bpr',
    'nothing but the hardest',
    { negatives: { sources: [{ name: 'hardest-in-batch' }], numNegatives: 3 } },
  ],
  ['lightgcn', 'cosines under a softmax', { losses: { main: { name: 'sampled-softmax', similarity: 'cosine' } } }],
  ['xsimgcl', 'a main pass with noise', { views: NOISE, losses: { main: { name: 'bpr' } } }],
  ['lightgcn-bpr', 'a tanh encoder', { encoder: { activation: 'tanh', numLayers: 2 } }],
  ['lightgcn-bpr', 'sampled neighbours', { training: { propagation: 'sampled', fanOut: [3, 2, 2] } }],
];

async function step(backend: string, preset: string, more: ConfigObject): Promise<StepResult> {
  await useBackend(backend);
  const own: ConfigObject = { encoder: { embeddingDim: 6 }, negatives: { sources: SOURCES, numNegatives: 4 } };
  const config = resolveConfig([presetOf(preset).config as ConfigObject, own, more], 'test');
  const model = new Model(config, graph);
  // rows of unlike lengths, so that the highest products are not the highest cosines
  const { embedding } = model.variables;
  const lengths = Float32Array.from({ length: embedding.shape[0] }, (_, row) => 1 + 2 * (row % 4));
  tf.tidy(() => embedding.assign(tf.mul(embedding, tf.tensor2d(lengths, [lengths.length, 1]))));
  const objective = new Objective(config, graph, model);
  const before = tf.memory().numTensors;
  const result = await objective.compute({ batch, epoch: 1, step: 1 });
  expect(tf.memory().numTensors).toBe(before + Object.keys(result.gradients).length);
  return result;
}

describe.each(RUNNABLE_BACKENDS)('mined ahead on %s', (backend) => {
  afterEach(() => {
    vi.mocked(awaitsReads).mockReset();
    tf.disposeVariables();
  });

  it.each(CASES)('%s: %s', async (preset, _, more) => {
    const inStep = await step('cpu', preset, more);
    expect(vi.mocked(awaitsReads)).toHaveReturnedWith(false);
    const expected = await inStep.gradients.embedding.data();
    tf.dispose(inStep.gradients);
    vi.mocked(awaitsReads).mockReturnValue(true);
    const ahead = await step(backend, preset, more);
    expect(vi.mocked(awaitsReads)).toHaveReturnedWith(true);
    const actual = await ahead.gradients.embedding.data();
    for (const [name, value] of Object.entries(inStep.parts))
      expect(ahead.parts[name as 'total']).toBeCloseTo(value, 4);
    const scale = Math.max(...expected.map(Math.abs));
    expect(actual).toHaveLength(expected.length);
    for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-3 * scale);
    tf.dispose(ahead.gradients);
  });
});
