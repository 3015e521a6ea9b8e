/**
 * What a training graph looks like: size, density, degrees, how unequal item popularity is, how it hangs together.
 */
import { type BipartiteCsr, itemDegrees, userDegrees } from './bipartite-csr.js';

/** Degrees of one side over all its nodes, isolated ones included. */
export interface DegreeSummary {
  readonly mean: number;
  readonly min: number;
  /** Linear interpolation between order statistics. */
  readonly p10: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface GraphStatistics {
  readonly numUsers: number;
  readonly numItems: number;
  readonly numEdges: number;
  /** numEdges / (numUsers · numItems). */
  readonly density: number;
  readonly userDegree: DegreeSummary;
  readonly itemDegree: DegreeSummary;
  /** Gini coefficient of item degrees: 0 = all items equally popular, towards 1 = one item has everything. */
  readonly itemPopularityGini: number;
  readonly components: {
    /** Connected components that have an edge; isolated nodes are counted as cold instead. */
    readonly count: number;
    readonly largestNodes: number;
    /** Of all nodes, isolated ones included. */
    readonly largestShare: number;
  };
  /** Users / items without a training edge. */
  readonly coldUsers: number;
  readonly coldItems: number;
}

/** Time and memory are linear in nodes and edges, but for sorting the degrees. */
export function graphStatistics(csr: BipartiteCsr): GraphStatistics {
  const { numUsers, numItems, numEdges } = csr;
  const users = userDegrees(csr).sort();
  const items = itemDegrees(csr).sort();
  return {
    numUsers,
    numItems,
    numEdges,
    density: numEdges === 0 ? 0 : numEdges / numUsers / numItems,
    userDegree: summarize(users),
    itemDegree: summarize(items),
    itemPopularityGini: giniOfSorted(items),
    components: components(csr),
    coldUsers: numZeros(users),
    coldItems: numZeros(items),
  };
}

function summarize(sorted: Int32Array): DegreeSummary {
  let sum = 0;
  for (const degree of sorted) sum += degree;
  return {
    mean: sorted.length === 0 ? 0 : sum / sorted.length,
    min: quantile(sorted, 0),
    p10: quantile(sorted, 0.1),
    p25: quantile(sorted, 0.25),
    p50: quantile(sorted, 0.5),
    p75: quantile(sorted, 0.75),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
  };
}

function quantile(sorted: Int32Array, share: number): number {
  if (sorted.length === 0) return 0;
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Gini coefficient Σ (2i - n - 1) x_i / (n Σ x) of ascending values, i from 1; 0 when all are zero. */
export function giniOfSorted(sorted: ArrayLike<number>): number {
  const n = sorted.length;
  let sum = 0;
  let ranked = 0;
  for (let i = 0; i < n; i++) {
    sum += sorted[i];
    ranked += (2 * (i + 1) - n - 1) * sorted[i];
  }
  return sum === 0 ? 0 : ranked / (n * sum);
}

function numZeros(sorted: Int32Array): number {
  let count = 0;
  while (count < sorted.length && sorted[count] === 0) count++;
  return count;
}

/** Union-find with path halving and union by size over node indices (users, then items). */
function components(csr: BipartiteCsr): GraphStatistics['components'] {
  const { numUsers, userOffsets, userNeighbors } = csr;
  const numNodes = numUsers + csr.numItems;
  const parent = new Int32Array(numNodes);
  for (let node = 0; node < numNodes; node++) parent[node] = node;
  const size = new Int32Array(numNodes).fill(1);
  const find = (start: number): number => {
    let node = start;
    while (parent[node] !== node) {
      parent[node] = parent[parent[node]];
      node = parent[node];
    }
    return node;
  };
  for (let user = 0; user < numUsers; user++) {
    for (let edge = userOffsets[user]; edge < userOffsets[user + 1]; edge++) {
      const a = find(user);
      const b = find(numUsers + userNeighbors[edge]);
      if (a === b) continue;
      const [large, small] = size[a] >= size[b] ? [a, b] : [b, a];
      parent[small] = large;
      size[large] += size[small];
    }
  }
  let count = 0;
  let largestNodes = 0;
  for (let node = 0; node < numNodes; node++) {
    if (parent[node] !== node || size[node] === 1) continue;
    count++;
    largestNodes = Math.max(largestNodes, size[node]);
  }
  return { count, largestNodes, largestShare: numNodes === 0 ? 0 : largestNodes / numNodes };
}
