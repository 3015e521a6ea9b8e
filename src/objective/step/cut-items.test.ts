/** Items that are cut for an epoch, and the entities whose features a step contrasts. */
import { describe, expect, it } from 'vitest';
import { randomGraph } from '../../../tests/random-arrays.js';
import { Rng } from '../../core/rng.js';
import { cutItems, withoutCut } from './cut-items.js';
import { featureBatch } from './feature-batch.js';

describe('cut items', () => {
  const graph = randomGraph(30, 200, 0.2, 'cut');

  it('are the share asked for, and no users', () => {
    const cut = cutItems(graph, 0.3, Rng.of(1, 'cut'));
    expect([...cut.subarray(0, 30)].some(Boolean)).toBe(false);
    const share = cut.subarray(30).reduce((sum, flag) => sum + flag, 0) / 200;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.1);
  });

  it('have no edge, while the others keep theirs', () => {
    const cut = cutItems(graph, 0.3, Rng.of(1, 'cut'));
    const { offsets, columns } = withoutCut(graph, cut);
    for (let node = 0; node < 230; node++) {
      const degree = offsets[node + 1] - offsets[node];
      if (node < 30) {
        const own = graph.userNeighbors.subarray(graph.userOffsets[node], graph.userOffsets[node + 1]);
        const expected = [...own].map((item) => item + 30).filter((item) => !cut[item]);
        expect([...columns.subarray(offsets[node], offsets[node + 1])]).toEqual(expected);
      } else {
        expect(degree).toBe(cut[node] ? 0 : graph.itemOffsets[node - 29] - graph.itemOffsets[node - 30]);
      }
    }
  });
});

describe('the batch of the contrast of features', () => {
  it('is distinct, ascending, of the size asked for, and uniform over the catalogue', () => {
    const counts = new Int32Array(50);
    for (let step = 0; step < 2000; step++) {
      const batch = featureBatch(50, 10, Rng.of(step, 'batch'));
      expect([...batch]).toEqual([...new Set(batch)].sort((a, b) => a - b));
      expect(batch.length).toBe(10);
      for (const entity of batch) counts[entity]++;
    }
    // 400 expected, deviation 18
    for (const count of counts) expect(Math.abs(count - 400)).toBeLessThan(90);
  });

  it('is everything where as many are wanted', () => {
    expect([...featureBatch(4, 9, Rng.of(1))]).toEqual([0, 1, 2, 3]);
  });
});
