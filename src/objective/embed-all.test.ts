import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { randomGraph } from '../../tests/random-arrays.js';
import { readTensor } from '../../tests/read-tensor.js';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { concatInt32 } from '../core/concat-int32.js';
import { createEncoder, createEncoderVariables, encoderSchema } from '../encoders/index.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import { l2Normalize } from '../ops/index.js';
import { embedAll } from './embed-all.js';

const graph = randomGraph(30, 20, 0.3, 'embed-all');
const adjacency = normalizedAdjacency(graph);
const degrees = concatInt32([userDegrees(graph), itemDegrees(graph)]);
const dim = 37;

describe.each(RUNNABLE_BACKENDS)('embedAll on %s', (backend) => {
  it.each([
    { name: 'lightgcn' },
    { name: 'lightgcn', residual: 'refined' },
    { name: 'lightgcn', activation: 'tanh', residual: 'previous' },
    { name: 'table' },
    { name: 'history' },
    { name: 'history', activation: 'tanh' },
    { rows: { name: 'table' }, propagation: { name: 'lightgcn-plus-plus' } },
  ])('%j: the numbers of one whole pass, for every budget, and no tensor left', async (more) => {
    await useBackend(backend);
    const options = encoderSchema.parse({ ...more, embeddingDim: dim });
    const nodes = { numUsers: 30, numItems: 20, degrees };
    const encoder = createEncoder(createEncoderVariables(options, nodes, 3), options, nodes);
    const before = tf.memory().numTensors;
    for (const normalized of [true, false]) {
      const expected = await readTensor(() => {
        const { final } = encoder.encode({ adjacency });
        return normalized ? l2Normalize(final) : tf.clone(final);
      });
      for (const columns of [1, 5, 20, dim, 100]) {
        const actual = await embedAll(encoder, adjacency, normalized, columns * 4 * 50 * (encoder.numHops + 3));
        expect(actual).toHaveLength(50 * dim);
        for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-6);
      }
    }
    expect(tf.memory().numTensors).toBe(before);
    encoder.idTable!.dispose();
  });
});
