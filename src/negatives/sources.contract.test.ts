/** What every negative source of the registry must do; and, drawn against its probabilities, what shared ones must be. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { negativeContext, requiredOptions } from '../../tests/negative-context.js';
import { randomGraph, randomMatrix } from '../../tests/random-arrays.js';
import { useBackend } from '../backend/index.js';
import { Rng } from '../core/rng.js';
import { edgeUsers } from '../graph/bipartite-csr.js';
import { createSource, NEGATIVE_SOURCE_NAMES, NO_ITEM, negativeSourceSchema, type PositiveBatch } from './index.js';

const graph = randomGraph(30, 20, 0.3, 'negatives');
const context = negativeContext(graph);
const batch: PositiveBatch = { userIndex: edgeUsers(graph), itemIndex: graph.userNeighbors };
const one: PositiveBatch = { userIndex: batch.userIndex.slice(0, 1), itemIndex: batch.itemIndex.slice(0, 1) };
const required = requiredOptions(join(mkdtempSync(join(tmpdir(), 'twinlight-labelled-')), 'bad.csv'));
const made = NEGATIVE_SOURCE_NAMES.filter((name) => name !== 'mixed').map((name) => {
  const options = negativeSourceSchema.parse({ name, ...required[name] });
  return { name, source: createSource(context, options) };
});

beforeAll(async () => {
  await useBackend('cpu');
});

describe.each(made)('$name', ({ source }) => {
  const drawn = async (of: PositiveBatch, count: number, seed: number): Promise<Int32Array | undefined> => {
    const size = of.itemIndex.length;
    if (source.kind === 'shared') return source.draw(of, size * count, Rng.of(seed));
    if (source.kind === 'own') return source.draw(of, count, Rng.of(seed));
    if (source.kind === 'stored') return undefined;
    const rows = ['users', 'items'].map((label) => tf.tensor2d(randomMatrix(size, 4, `${label} ${seed}`), [size, 4]));
    const ahead = await source.mineAhead(rows[0], rows[1], of, count);
    expect(source.mine(rows[0], rows[1], of, count)).toEqual(ahead);
    tf.dispose(rows);
    return ahead;
  };

  it('draws as many items as asked, known ones, the same for the same seed', async () => {
    for (const of of [batch, one]) {
      if (source.kind === 'own')
        await source.prepare?.(0, () => ({ dim: 1, users: new Float32Array(30), items: new Float32Array(20) }));
      const ids = await drawn(of, 3, 1);
      if (ids === undefined) continue;
      expect(ids).toHaveLength(3 * of.itemIndex.length);
      for (const id of ids) expect(id === NO_ITEM || (id >= 0 && id < graph.numItems)).toBe(true);
      if (source.kind === 'shared') expect(ids).not.toContain(NO_ITEM);
      expect(await drawn(of, 3, 1)).toEqual(ids);
    }
  });

  const isOwn = source.kind === 'own' || source.kind === 'mined';
  it.runIf(isOwn)('has a negative for someone, and never the positive itself', async () => {
    const ids = (await drawn(batch, 4, 1))!;
    expect(ids.some((id) => id !== NO_ITEM)).toBe(true);
    for (const [slot, id] of ids.entries()) expect(id).not.toBe(batch.itemIndex[Math.floor(slot / 4)]);
  });

  it.runIf(source.kind === 'shared')('draws items as often as it says', () => {
    if (source.kind !== 'shared') return;
    const probability = Array.from({ length: graph.numItems }, (_, item) => source.probability(item));
    expect(probability.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    const count = 40_000;
    const seen = new Array<number>(graph.numItems).fill(0);
    for (const id of source.draw(batch, count, Rng.of(2))) seen[id]++;
    for (const [item, times] of seen.entries()) {
      const expected = count * probability[item];
      // five standard deviations
      expect(Math.abs(times - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected * (1 - probability[item])) + 1e-9);
    }
  });
});
