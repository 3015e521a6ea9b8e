/** Edge dropout over a fixed pattern against its definition, on every backend that runs here. */
import { beforeAll, describe, expect, it } from 'vitest';
import { RUNNABLE_BACKENDS } from '../../tests/runnable-backends.js';
import { useBackend } from '../backend/index.js';
import { counterUniform } from '../core/counter-rng.js';
import { dropEdges } from './index.js';

describe.each(RUNNABLE_BACKENDS)('dropEdges on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  // users 0, 1, 2 and items 3, 4; edges in user order: 0-3, 0-4, 1-4, 2-3, 2-4
  const pairs = [0, 0, 1, 2, 2].map((user, edge) => [user, [3, 4, 4, 3, 4][edge]]);
  const pattern = {
    numNodes: 5,
    offsets: Int32Array.of(0, 2, 3, 5, 7, 10),
    columns: Int32Array.of(3, 4, 4, 3, 4, 0, 2, 0, 1, 2),
    values: new Float32Array(10),
  };
  const itemEdges = Int32Array.of(0, 3, 1, 2, 4);

  it.each([undefined, Float32Array.of(1, 2, 0.5, 3, 1)])(
    'renormalises what the counters keep, weights %s',
    (weight) => {
      const key = { low: 99, high: 3 };
      const { matrix, keptEdges } = dropEdges(pattern, { itemEdges, weight }, 0.4, key);
      const kept = pairs.map((_, edge) => (counterUniform(key, edge) >= 0.4 ? (weight?.[edge] ?? 1) : 0));
      expect(kept.filter((value) => value > 0).length).toBeGreaterThan(0);
      expect(kept.filter((value) => value > 0).length).toBeLessThan(5);
      expect([...keptEdges]).toEqual(kept.map((value) => (value > 0 ? 1 : 0)));
      const degree = (node: number): number =>
        kept.reduce((sum, value, edge) => sum + (pairs[edge].includes(node) ? value : 0), 0);
      for (let row = 0; row < 5; row++) {
        for (let at = pattern.offsets[row]; at < pattern.offsets[row + 1]; at++) {
          const column = pattern.columns[at];
          const edge = pairs.findIndex((pair) => pair.includes(row) && pair.includes(column));
          const expected = kept[edge] > 0 ? kept[edge] / Math.sqrt(degree(row) * degree(column)) : 0;
          expect(matrix.values[at]).toBeCloseTo(expected, 6);
        }
      }
    },
  );

  it('keeps everything at probability 0 and shares the pattern', () => {
    const { matrix, keptEdges } = dropEdges(pattern, { itemEdges }, 0, { low: 1, high: 2 });
    expect([...keptEdges]).toEqual([1, 1, 1, 1, 1]);
    expect(matrix.columns).toBe(pattern.columns);
  });

  it('refuses edges that are not those of the pattern', () => {
    expect(() => dropEdges(pattern, { itemEdges: Int32Array.of(0, 1) }, 0.1, { low: 1, high: 2 })).toThrow(/entries/);
  });
});
