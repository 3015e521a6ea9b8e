/** What a queue holds after a step, on every backend: the batch's positives, as often as they occur, encoded by the momentum copy. */
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { presetOf } from '../config/presets/registry.js';
import { resolveConfig } from '../config/resolve-config.js';
import { createEncoder } from '../encoders/index.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { VectorQueue } from '../negatives/sources/queue.js';
import { StoredNegatives } from './stored-negatives.js';

it.each(RUNNABLE_BACKENDS)('keeps repeats, each with the vector of its item, on %s', async (backend) => {
  await useBackend(backend);
  const before = tf.memory().numTensors;
  const graph = randomGraph(5, 6, 0.5, 'stored-negatives');
  const settings = { encoder: { numLayers: 1, embeddingDim: 4 }, losses: { main: { similarity: 'inner-product' } } };
  const config = resolveConfig([presetOf('lightgcn').config, settings], 'test');
  const table = tf.tidy(() => tf.variable(tf.tensor2d(randomMatrix(11, 4, 'stored'), [11, 4])));
  const encoder = createEncoder({ embedding: table }, config.encoder, graph);
  const adjacency = normalizedAdjacency(graph);
  const queue = new VectorQueue(8, 0.5, () => 1);
  const stored = new StoredNegatives([queue], config, encoder, adjacency, 5);
  const itemIndex = Int32Array.of(4, 1, 4, 4, 0);
  await stored.push({ userIndex: Int32Array.of(0, 1, 2, 3, 4), itemIndex });
  const { ids, vectors } = queue.read();
  expect(ids).toEqual(itemIndex);
  const all = await readTensor(() => encoder.encode({ adjacency }).final);
  for (const [i, item] of itemIndex.entries()) {
    for (let d = 0; d < 4; d++) expect(vectors[4 * i + d]).toBeCloseTo(all[(5 + item) * 4 + d], 6);
  }
  stored.dispose();
  table.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
