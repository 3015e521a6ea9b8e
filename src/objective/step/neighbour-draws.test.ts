/** What a node is contrasted with besides itself and its partner: one of its nearest, each as often, the same for a step. */
import { expect, it } from 'vitest';
import { randomGraph } from '../../../tests/random-arrays.js';
import { cosineNeighbours } from '../../retrieval/index.js';
import { EpochBatches } from '../../training/batches.js';
import { NeighbourDraws } from './neighbour-draws.js';

const graph = randomGraph(9, 12, 0.35, 'neighbour-draws');
const batch = new EpochBatches(graph, { batchSize: 20, seed: 1 }).batch({ epoch: 1, index: 0 });
const draws = new NeighbourDraws(graph, 3, 5);

it('draws among the nearest of each pair’s user and item, as nodes', () => {
  const seen = new Map<number, Set<number>>();
  for (let step = 0; step < 60; step++) {
    const { users, items } = draws.draw(batch, step);
    expect(users).toHaveLength(batch.userIndex.length);
    for (const [at, user] of batch.userIndex.entries()) {
      const { k, ids } = cosineNeighbours(graph, 'user', 3);
      const near = [...ids.subarray(user * k, (user + 1) * k)].filter((id) => id >= 0);
      expect(near.length > 0 ? near : [user]).toContain(users[at]);
      seen.set(user, (seen.get(user) ?? new Set()).add(users[at]));
      expect(items[at]).toBeGreaterThanOrEqual(graph.numUsers);
      expect(items[at]).toBeLessThan(graph.numUsers + graph.numItems);
    }
  }
  const { k, ids } = cosineNeighbours(graph, 'user', 3);
  for (const [user, drawn] of seen) {
    const near = ids.subarray(user * k, (user + 1) * k).filter((id) => id >= 0).length;
    expect(drawn.size).toBe(Math.max(1, near));
  }
});

it('draws the same for the same step, and others for another', () => {
  const again = new NeighbourDraws(graph, 3, 5);
  expect(again.draw(batch, 7)).toEqual(draws.draw(batch, 7));
  expect(again.draw(batch, 8)).not.toEqual(draws.draw(batch, 7));
});
