/** The adjacency without a batch's edges. */
import { expect, it } from 'vitest';
import { denseAdjacency, randomGraph } from '../../../tests/random-arrays.js';
import { normalizedAdjacency } from '../../graph/adjacency.js';
import { hasEdge } from '../../graph/bipartite-csr.js';
import { withoutBatch } from './without-batch.js';

it('loses the edges of the batch both ways, and changes nothing else', () => {
  const graph = randomGraph(7, 9, 0.5, 'without-batch');
  const adjacency = normalizedAdjacency(graph);
  const userIndex = Int32Array.of(0, 3, 3, 6, 2);
  const itemIndex = Int32Array.of(4, 0, 8, 5, 2);
  const dense = denseAdjacency(graph);
  const numEdges = Array.from(userIndex, (user, i) => hasEdge(graph, user, itemIndex[i])).filter(Boolean).length;
  expect(numEdges).toBeGreaterThan(0);
  expect(numEdges).toBeLessThan(userIndex.length);
  for (const [i, user] of userIndex.entries()) {
    dense[user][7 + itemIndex[i]] = 0;
    dense[7 + itemIndex[i]][user] = 0;
  }
  const whole = adjacency.values.slice();
  const { offsets, columns, values } = withoutBatch(adjacency, { userIndex, itemIndex }, 7);
  for (const [row, expected] of dense.entries()) {
    const found = new Array<number>(16).fill(0);
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) found[columns[entry]] = values[entry];
    for (const [column, value] of expected.entries()) expect(found[column]).toBeCloseTo(value, 6);
  }
  expect(adjacency.values).toEqual(whole);
});
