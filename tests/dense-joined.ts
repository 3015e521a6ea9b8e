/** The operator over users, items and attribute nodes straight from its definition, in float64. */
import type { AttributeNodes } from '../src/graph/attribute-nodes.js';
import type { BipartiteCsr } from '../src/graph/bipartite-csr.js';

/**
 * @param pairs user-item edges with their weights
 * @param keepsAttribute by the number of the attribute edge
 * @returns `[numNodes, numNodes]`
 */
export function denseJoined(
  { numUsers, numItems }: Pick<BipartiteCsr, 'numUsers' | 'numItems'>,
  pairs: readonly (readonly [user: number, item: number, weight: number])[],
  nodes: AttributeNodes,
  keepsAttribute: (edge: number, node: number) => boolean = () => true,
): number[][] {
  const numNodes = numUsers + numItems + nodes.numValues;
  const zeros = (): number[][] => Array.from({ length: numNodes }, () => new Array<number>(numNodes).fill(0));
  const relations = [
    { weight: 1, edges: zeros() },
    ...nodes.relations.map(({ weight }) => ({ weight, edges: zeros() })),
  ];
  for (const [user, item, weight] of pairs) {
    relations[0].edges[user][numUsers + item] = weight;
    relations[0].edges[numUsers + item][user] = weight;
  }
  for (let node = 0; node < numUsers + numItems; node++) {
    for (let edge = nodes.offsets[node]; edge < nodes.offsets[node + 1]; edge++) {
      if (!keepsAttribute(edge, node)) continue;
      const value = nodes.columns[edge];
      const { edges } = relations[1 + nodes.relationOf[value - nodes.numEntities]];
      edges[node][value] = 1;
      edges[value][node] = 1;
    }
  }
  const sum = zeros();
  const total = new Array<number>(numNodes).fill(0);
  for (const { weight, edges } of relations) {
    const degree = edges.map((row) => row.reduce((a, b) => a + b, 0));
    for (let i = 0; i < numNodes; i++) {
      if (degree[i] > 0) total[i] += weight;
      for (let j = 0; j < numNodes; j++) {
        if (edges[i][j] > 0) sum[i][j] += (weight * edges[i][j]) / Math.sqrt(degree[i] * degree[j]);
      }
    }
  }
  return sum.map((row, i) => row.map((value, j) => (value === 0 ? 0 : value / Math.sqrt(total[i] * total[j]))));
}
