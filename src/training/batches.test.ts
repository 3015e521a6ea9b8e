import { describe, expect, it } from 'vitest';
import { randomGraph } from '../../tests/random-arrays.js';
import { edgeUsers } from '../graph/bipartite-csr.js';
import { EpochBatches } from './batches.js';

const graph = randomGraph(13, 11, 0.4, 'batches');
const users = edgeUsers(graph);

function epochPairs(batches: EpochBatches, epoch: number): string[] {
  const pairs: string[] = [];
  for (let index = 0; index < batches.batchesPerEpoch; index++) {
    const { userIndex, itemIndex } = batches.batch({ epoch, index });
    userIndex.forEach((user, i) => {
      pairs.push(`${user}-${itemIndex[i]}`);
    });
  }
  return pairs;
}

describe('epoch batches', () => {
  it('hold every edge exactly once an epoch, in another order each epoch', () => {
    const batches = new EpochBatches(graph, { batchSize: 8, seed: 1 });
    const all = Array.from(users, (user, edge) => `${user}-${graph.userNeighbors[edge]}`).sort();
    const [first, second] = [1, 2].map((epoch) => epochPairs(batches, epoch));
    expect([...first].sort()).toEqual(all);
    expect([...second].sort()).toEqual(all);
    expect(first).not.toEqual(second);
  });

  it('can be asked for in any order', () => {
    const straight = new EpochBatches(graph, { batchSize: 8, seed: 1 });
    epochPairs(straight, 1);
    expect(new EpochBatches(graph, { batchSize: 8, seed: 1 }).batch({ epoch: 3, index: 2 })).toEqual(
      straight.batch({ epoch: 3, index: 2 }),
    );
  });

  it('end with a short batch and no empty one', () => {
    const batches = new EpochBatches(graph, { batchSize: graph.numEdges - 1, seed: 1 });
    expect(batches.batchesPerEpoch).toBe(2);
    expect(batches.batch({ epoch: 1, index: 1 }).userIndex).toHaveLength(1);
    expect(new EpochBatches(graph, { batchSize: graph.numEdges, seed: 1 }).batchesPerEpoch).toBe(1);
  });
});
