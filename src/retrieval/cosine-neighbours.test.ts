/** Neighbours of users and items against all cosines computed plainly. */
import { describe, expect, it } from 'vitest';
import { denseAdjacency, randomGraph } from '../../tests/random-arrays.js';
import { cosineNeighbours } from './index.js';

const graph = randomGraph(9, 12, 0.35, 'cosine-neighbours');
const { numUsers, numItems } = graph;
const ofSide = {
  user: { first: 0, count: numUsers },
  item: { first: numUsers, count: numItems },
} as const;
const neighboursOf = (() => {
  const dense = denseAdjacency(graph);
  return (node: number): number[] => dense[node].flatMap((value, other) => (value > 0 ? [other] : []));
})();
const cosine = (a: number[], b: number[]): number =>
  a.filter((x) => b.includes(x)).length / Math.sqrt(Math.max(1, a.length * b.length));

describe.each(['user', 'item'] as const)('cosineNeighbours of %ss', (side) => {
  const { first, count } = ofSide[side];

  it.each([1, 3, 50])('are the %i most alike, the node itself and strangers left out', (wanted) => {
    const { k, ids, scores } = cosineNeighbours(graph, side, wanted);
    expect(k).toBe(Math.min(wanted, count - 1));
    for (let node = 0; node < count; node++) {
      const all = Array.from({ length: count }, (_, other) =>
        other === node ? 0 : cosine(neighboursOf(first + node), neighboursOf(first + other)),
      );
      const best = [...all].filter((value) => value > 0).sort((a, b) => b - a);
      const row = [...ids.subarray(node * k, (node + 1) * k)];
      const known = row.filter((id) => id >= 0);
      expect(known).toHaveLength(Math.min(k, best.length));
      expect(new Set(known).size).toBe(known.length);
      for (const [place, id] of known.entries()) {
        expect(id).not.toBe(node);
        expect(all[id]).toBeCloseTo(best[place], 6);
        expect(scores[node * k + place]).toBeCloseTo(best[place], 6);
      }
    }
  });
});
