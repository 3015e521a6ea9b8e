/**
 * Negative sources in training: every source with every main loss gives, on every backend, a finite loss and its
 * gradient, or an error that says why not; a run with everything that follows the training resumes to the same bytes.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { negativeContext, requiredOptions } from '../../tests/negative-context.js';
import { randomGraph } from '../../tests/random-arrays.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { resolveConfig } from '../config/resolve-config.js';
import type { ConfigObject } from '../core/strict-config.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph } from '../graph/index.js';
import { LOSS_NAMES, LOSSES } from '../losses/index.js';
import { NEGATIVE_SOURCE_NAMES } from '../negatives/index.js';
import { Model } from '../objective/model.js';
import { Objective } from '../objective/objective.js';
import { RunFolder } from '../runs/run-folder.js';
import { EpochBatches } from './batches.js';
import { train } from './index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-negatives-'));
const graph = randomGraph(9, 12, 0.3, 'training-negatives');
const batch = new EpochBatches(graph, { batchSize: 12, seed: 1 }).batch({ epoch: 1, index: 0 });
const context = negativeContext(graph);
const required = requiredOptions(join(work, 'bad.csv'));
const MAIN = LOSS_NAMES.filter((name) => {
  const { role, negatives }: { role: string; negatives?: string } = LOSSES[name];
  return role === 'main' && negatives !== 'none';
});

afterEach(() => tf.disposeVariables());
afterAll(() => rmSync(work, { recursive: true, force: true }));

function configOf(loss: string, sources: object[], more: ConfigObject = {}) {
  const base = {
    encoder: { name: 'lightgcn', numLayers: 1, embeddingDim: 4 },
    // a margin that no pair has reached yet
    losses: { main: { name: loss, ...(loss === 'hinge' && { margin: 3 }) }, l2: { weight: 0 } },
    negatives: { sources, numNegatives: 2 },
  };
  return resolveConfig([base, more], 'test');
}

describe.each(RUNNABLE_BACKENDS.flatMap((backend) => MAIN.map((loss) => [backend, loss])))(
  'on %s: %s',
  (backend, loss) => {
    beforeAll(async () => {
      await useBackend(backend);
    });

    it.each(NEGATIVE_SOURCE_NAMES)('with %s', async (name) => {
      const source = { name, ...required[name] };
      const use: string = LOSSES[loss as 'bpr'].negatives;
      if (use === 'sampled' && (name === 'in-batch' || name === 'mixed')) {
        expect(() => configOf(loss, [source])).toThrow(/own positive and drawn items only/);
        return;
      }
      if (name === 'queue' && use === 'pairwise') {
        expect(() => configOf(loss, [{ name: 'uniform' }, source])).toThrow(/queue holds vectors/);
        return;
      }
      const config = configOf(
        loss,
        name === 'queue' ? [{ name: use === 'sampled' ? 'uniform' : 'in-batch' }, source] : [source],
      );
      const model = new Model(config, graph);
      for (const variable of Object.values(model.variables)) tf.tidy(() => variable.assign(tf.mul(variable, 2)));
      const objective = new Objective(config, graph, model, context);
      await objective.prepare(0);
      await objective.finishStep({ batch });
      const before = tf.memory().numTensors;
      const { parts, gradients } = await objective.compute({ batch, epoch: 1, step: 1 });
      // a decoupled softmax may be below 0
      if (loss === 'bsl') expect(Math.abs(parts.main!)).toBeLessThan(100);
      else expect(parts.main).toBeGreaterThan(0);
      const gradient = await gradients.embedding.data();
      for (const value of gradient) expect(Number.isFinite(value)).toBe(true);
      expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-6);
      tf.dispose(gradients);
      expect(tf.memory().numTensors).toBe(before);
      objective.dispose();
    });
  },
);

describe('combinations that make no sense', () => {
  it.each<[string, object[], RegExp, ConfigObject?]>([
    ['in-batch-softmax', [{ name: 'in-batch' }, { name: 'mixed' }], /own positives 2 times/],
    ['in-batch-softmax', [{ name: 'in-batch', count: 5 }], /takes no count or ratio/],
    ['in-batch-softmax', [{ name: 'in-batch' }, { name: 'hardest-in-batch' }], /leave one of them out/],
    ['in-batch-softmax', [{ name: 'queue' }], /empty at first/],
    ['in-batch-softmax', [{ name: 'uniform', fromStep: 10 }], /drawn at every step/],
    [
      'bpr',
      [{ name: 'uniform' }, { name: 'popularity', afterStall: 10 }],
      /waits for 10 validations .* stops after 10/,
      { training: { patience: 10 } },
    ],
  ])('%s with %j', (loss, sources, message, more) => {
    expect(() => configOf(loss, sources, more)).toThrow(message);
  });
});

describe.skipIf(!existsSync('dist/negatives/rank-worker.js'))('a run whose negatives follow the training', () => {
  it('resumes to the same bytes as if it had not stopped', async () => {
    const { interactions } = createPlantedWorld({ seed: 3, numUsers: 60, numItems: 60, meanInteractions: 12 });
    const source = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
    const config: ConfigObject = {
      encoder: { embeddingDim: 8 },
      training: { batchSize: 64, epochs: 50, patience: 0, evaluateEvery: 100 },
      negatives: {
        sources: [
          { name: 'in-batch' },
          { name: 'ann', count: 3, to: 20, refreshEvery: 4 },
          { name: 'rank-window', count: 2, from: 5, to: 25, refreshEvery: 3 },
          { name: 'queue', size: 100, momentum: 0.9 },
        ],
        frequency: { name: 'streaming' },
        falseNegatives: 'down-weight',
      },
    };
    const options = (run: string, maxSteps: number) => ({
      source,
      run: join(work, run),
      preset: 'lightgcn',
      backend: 'cpu',
      config,
      set: [`training.maxSteps=${maxSteps}`],
    });
    await train(options('whole', 17));
    await train(options('cut', 9));
    await train({ run: join(work, 'cut'), resume: true, backend: 'cpu', set: ['training.maxSteps=17'] });
    const [whole, cut] = ['whole', 'cut'].map((run) => new RunFolder(join(work, run)).readLast()!.arrays);
    expect(Object.keys(whole)).toContain('1-ann/inUse/items');
    expect(Object.keys(cut)).toEqual(Object.keys(whole));
    for (const [name, { values }] of Object.entries(whole)) expect([name, cut[name].values]).toEqual([name, values]);
  });
});
