/** What a step draws follows from (seed, epoch, step), and over whole neighbourhoods a sampled step is the full one. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RUNNABLE_BACKENDS } from '../../../tests/runnable-backends.js';
import { batch, setUp } from '../../../tests/small-objective.js';
import { useBackend } from '../../backend/index.js';

describe.each(RUNNABLE_BACKENDS.filter((name) => name !== 'wasm'))('what a step draws on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  afterEach(() => tf.disposeVariables());

  it('draws the same for the same step and something else for another', async () => {
    const { objective } = setUp('simgcl');
    const steps = [1, 1, 2].map(async (step) => {
      const { parts, gradients } = await objective.compute({ batch, epoch: 1, step });
      tf.dispose(gradients);
      return parts.contrastive;
    });
    const totals = await Promise.all(steps);
    expect(totals[1]).toBe(totals[0]);
    expect(totals[2]).not.toBe(totals[0]);
  });

  it('keeps graph views for an epoch where asked to', async () => {
    const byRedraw = (redraw: string) => {
      const steps = [1, 2].map(async (step) => {
        const { objective } = setUp('sgl', { views: { redraw } });
        const { parts, gradients } = await objective.compute({ batch, epoch: 1, step });
        tf.dispose(gradients);
        return parts.contrastive;
      });
      return Promise.all(steps);
    };
    const [epoch, step] = [await byRedraw('epoch'), await byRedraw('step')];
    expect(epoch[0]).toBe(epoch[1]);
    expect(step[0]).not.toBe(step[1]);
  });

  it.each(['two-tower', 'lightgcn-bpr', 'lightgcn', 'simgcl', 'xsimgcl'] as const)(
    '%s: sampling whole neighbourhoods gives the full step',
    async (preset) => {
      const { numLayers } = setUp(preset).model.encoder;
      const training = { propagation: 'sampled', fanOut: new Array<number>(numLayers).fill(10) };
      const sampled = setUp(preset, { training, losses: { contrastive: { candidates: 'in-batch' } } });
      const inBatch = setUp(preset, { losses: { contrastive: { candidates: 'in-batch' } } });
      const a = await inBatch.objective.compute({ batch, epoch: 1, step: 1 });
      const b = await sampled.objective.compute({ batch, epoch: 1, step: 1 });
      for (const [name, value] of Object.entries(a.parts)) expect(b.parts[name as 'total']).toBeCloseTo(value, 5);
      const whole = await a.gradients.embedding.data();
      const rows = b.rows.embedding;
      const compact = await b.gradients.embedding.data();
      const spread = new Float32Array(whole.length);
      for (const [i, row] of rows.entries()) spread.set(compact.subarray(i * 5, (i + 1) * 5), row * 5);
      for (let i = 0; i < whole.length; i++) expect(spread[i]).toBeCloseTo(whole[i], 5);
      tf.dispose([a.gradients, b.gradients]);
    },
  );

  it.each(['joint', 'sgl'] as const)(
    '%s: a sampled step draws the same for the same step and leaks nothing',
    async (preset) => {
      const fanOut = new Array<number>(setUp(preset).model.encoder.numLayers).fill(2);
      const training = { propagation: 'sampled', fanOut };
      const { objective } = setUp(preset, { training, losses: { contrastive: { candidates: 'in-batch' } } });
      const before = tf.memory().numTensors;
      const steps = [1, 1, 2].map(async (step) => {
        const { parts, gradients } = await objective.compute({ batch, epoch: 1, step });
        tf.dispose(gradients);
        expect(Number.isFinite(parts.contrastive)).toBe(true);
        return parts.total;
      });
      const totals = await Promise.all(steps);
      expect(totals[1]).toBe(totals[0]);
      expect(totals[2]).not.toBe(totals[0]);
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
