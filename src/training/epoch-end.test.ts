/** What an epoch's end takes from the backend: the weights of a large graph are hundreds of megabytes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph } from '../graph/index.js';
import { train } from './train.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-epoch-end-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeEach(() => void vi.restoreAllMocks());

it('reads the weights once for a validation that is the best', async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 60, numItems: 50, meanInteractions: 10 });
  const source = await buildGraph(interactions, { graphsDir: join(work, 'graphs'), name: 'planted' });
  const reads = new Map<tf.Variable, number>();
  const read = tf.Variable.prototype.data;
  vi.spyOn(tf.Variable.prototype, 'data').mockImplementation(function (this: tf.Variable) {
    if (this.shape.join() === '110,4') reads.set(this, (reads.get(this) ?? 0) + 1);
    return read.call(this);
  } as typeof read);
  const set = ['training.epochs=1', 'encoder.embeddingDim=4', 'training.batchSize=64'];
  await train({ source, preset: 'lightgcn', run: join(work, 'run'), set, backend: 'cpu' });
  // Adam's two moments have the shape of the weights, and are read for checkpoints alone
  const [weights, ...moments] = [...reads.values()].sort((a, b) => b - a);
  expect(moments).toEqual([weights - 1, weights - 1]);
});
