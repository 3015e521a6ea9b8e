/** The report on sources against a float64 oracle that writes the softmax out. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGraph, randomMatrix } from '../../../tests/random-arrays.js';
import { useBackend } from '../../backend/index.js';
import { Rng } from '../../core/rng.js';
import { edgeUsers, hasEdge, itemDegrees } from '../../graph/bipartite-csr.js';
import { inBatchSoftmax, type MainLossInput } from '../../losses/index.js';
import { NegativeSampler, negativesSchema } from '../../negatives/index.js';
import { NegativeProbe } from './negative-probe.js';

const graph = randomGraph(10, 14, 0.4, 'probe');
const batch = { userIndex: edgeUsers(graph).slice(0, 9), itemIndex: graph.userNeighbors.slice(0, 9) };
const dim = 4;
const itemRows = randomMatrix(14, dim, 'probe-items');
const userRows = randomMatrix(9, dim, 'probe-users');
const temperature = 0.8;

beforeAll(async () => {
  await useBackend('cpu');
});

describe('NegativeProbe', () => {
  it('reports share, mean score, known items and gradient norm of each source', async () => {
    const options = negativesSchema.parse({
      sources: [{ name: 'in-batch' }, { name: 'uniform', count: 5 }],
      accidentalHits: 'keep',
    });
    const sampler = new NegativeSampler(options, 'softmax', { graph, itemDegrees: itemDegrees(graph), seed: 1 });
    const candidates = sampler.draw(batch, 1, Rng.of(2)).complete(() => {
      throw new Error('nothing is mined');
    });
    const { ids } = candidates.shared!;
    const keyRows = Float32Array.from([...ids].flatMap((id) => [...itemRows.subarray(id * dim, (id + 1) * dim)]));
    tf.engine().startScope();
    const probe = (() => {
      const keys = tf.tensor2d(keyRows, [ids.length, dim]);
      const input: MainLossInput = {
        users: tf.tensor2d(userRows, [9, dim]),
        positives: tf.slice(keys, [0, 0], [9, dim]),
        positiveLogQ: candidates.positiveLogQ,
        shared: { ...candidates.shared!, maskedBias: candidates.shared!.bias, keys },
      } as MainLossInput;
      const loss = (of: MainLossInput) => inBatchSoftmax(of, { temperature, logQ: 'none' });
      return new NegativeProbe(input, candidates, loss);
    })();
    tf.engine().endScope();
    const report = await probe.report(batch, graph);

    const score = (row: number, column: number): number => {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += userRows[row * dim + d] * keyRows[column * dim + d];
      return sum;
    };
    const inBatch = Array.from({ length: 9 }, (_, column) => column);
    const uniform = Array.from({ length: 5 }, (_, i) => 9 + i);
    const all = [...inBatch, ...uniform];
    for (const [name, columns] of [
      ['in-batch', inBatch],
      ['uniform', uniform],
    ] as const) {
      const pairs = columns.flatMap((column) => inBatch.filter((row) => row !== column).map((row) => [row, column]));
      const gradient = columns.map((column) => {
        const sum = new Array<number>(dim).fill(0);
        for (let row = 0; row < 9; row++) {
          if (row === column) continue;
          const total = all.reduce((z, other) => z + Math.exp(score(row, other) / temperature), 0);
          const weight = Math.exp(score(row, column) / temperature) / total / temperature / 9;
          for (let d = 0; d < dim; d++) sum[d] += weight * userRows[row * dim + d];
        }
        return sum;
      });
      const known = pairs.filter(
        ([row, column]) => ids[column] !== batch.itemIndex[row] && hasEdge(graph, batch.userIndex[row], ids[column]),
      );
      expect(report[name].share).toBeCloseTo(pairs.length / (9 * 8 + 9 * 5), 6);
      expect(report[name].meanScore).toBeCloseTo(pairs.reduce((sum, [i, j]) => sum + score(i, j), 0) / pairs.length, 4);
      expect(report[name].falseNegatives).toBeCloseTo(known.length / pairs.length, 6);
      expect(report[name].gradientNorm).toBeCloseTo(Math.hypot(...gradient.flat()), 4);
    }
  });
});
