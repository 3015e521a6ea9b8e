/** What every negative source of the registry must do; and, drawn against its probabilities, what shared ones must be. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { negativeContext, requiredOptions } from '../../tests/negative-context.js';
import { randomGraph } from '../../tests/random-arrays.js';
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

describe.each(made)('$name', ({ source }) => {
  const drawn = (of: PositiveBatch, count: number, seed: number): Int32Array | undefined => {
    if (source.kind === 'shared') return source.draw(of, of.itemIndex.length * count, Rng.of(seed));
    return source.kind === 'own' ? source.draw(of, count, Rng.of(seed)) : undefined;
  };

  it('draws as many items as asked, known ones, the same for the same seed', async () => {
    for (const of of [batch, one]) {
      if (source.kind === 'own')
        await source.prepare?.(0, () => ({ dim: 1, users: new Float32Array(30), items: new Float32Array(20) }));
      const ids = drawn(of, 3, 1);
      if (ids === undefined) continue;
      expect(ids).toHaveLength(3 * of.itemIndex.length);
      for (const id of ids) expect(id === NO_ITEM || (id >= 0 && id < graph.numItems)).toBe(true);
      if (source.kind === 'shared') expect(ids).not.toContain(NO_ITEM);
      expect(drawn(of, 3, 1)).toEqual(ids);
    }
  });

  it.runIf(source.kind === 'own')('has a negative for someone, and never the positive itself', () => {
    const ids = drawn(batch, 4, 1)!;
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
