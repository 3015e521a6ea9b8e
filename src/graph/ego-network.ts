/**
 * What surrounds a user or an item: its neighbours (first hop) and theirs (second hop). In a large neighbourhood some
 * of each hop are drawn without replacement with probability by degree: the exponential keys of Efraimidis and
 * Spirakis 2006 (Information Processing Letters 97), smallest -ln(u)/weight first.
 */
import { ConfigError } from '../core/errors.js';
import { Rng } from '../core/rng.js';
import type { BipartiteCsr } from './bipartite-csr.js';
import type { Side } from './graphology-graph.js';

export interface EgoOptions {
  /** First-hop nodes shown at most; the draw is by their degree. */
  readonly maxFirstHop: number;
  /** Second-hop nodes shown at most; the draw is by their number of edges to first-hop nodes shown. */
  readonly maxSecondHop: number;
  readonly seed: number;
}

export const EGO_DEFAULTS: EgoOptions = Object.freeze({ maxFirstHop: 12, maxSecondHop: 24, seed: 1 });

export interface EgoNode {
  readonly side: Side;
  readonly index: number;
  readonly hop: 0 | 1 | 2;
  /** Degree in the whole graph. */
  readonly degree: number;
}

export interface EgoEdge {
  readonly userIndex: number;
  readonly itemIndex: number;
  /** Edge number in the CSR. */
  readonly edge: number;
}

export interface EgoNetwork {
  /** Centre first, then first hop, then second hop, each by ascending index. */
  readonly nodes: readonly EgoNode[];
  /** Every edge between shown nodes of neighbouring hops. */
  readonly edges: readonly EgoEdge[];
  /** Whether anything within two hops is left out. */
  readonly sampled: boolean;
  readonly shownNodes: number;
  /** Nodes within two hops, the centre included. */
  readonly totalNodes: number;
  readonly totalEdges: number;
}

/** @throws ConfigError `EGO_CENTER` when the index is not one of the side's. */
export function egoNetwork(
  csr: BipartiteCsr,
  side: Side,
  index: number,
  options: Partial<EgoOptions> = {},
): EgoNetwork {
  const { maxFirstHop, maxSecondHop, seed } = { ...EGO_DEFAULTS, ...options };
  const size = side === 'user' ? csr.numUsers : csr.numItems;
  if (!Number.isInteger(index) || index < 0 || index >= size) {
    throw new ConfigError('EGO_CENTER', `${side} index must be within 0 … ${size - 1}, got ${index}`);
  }
  const other: Side = side === 'user' ? 'item' : 'user';
  const allFirst = Array.from(neighborsOf(csr, side, index));
  const degree = (hopSide: Side, node: number): number => neighborsOf(csr, hopSide, node).length;
  const first = sampleByWeight(
    allFirst,
    (node) => degree(other, node),
    maxFirstHop,
    Rng.of(seed, 'ego', side, index, 'first'),
  );

  const linksToShown = new Map<number, number>();
  for (const node of first) {
    for (const second of neighborsOf(csr, other, node)) {
      if (second !== index) linksToShown.set(second, (linksToShown.get(second) ?? 0) + 1);
    }
  }
  const second = sampleByWeight(
    [...linksToShown.keys()].sort((a, b) => a - b),
    (node) => linksToShown.get(node)!,
    maxSecondHop,
    Rng.of(seed, 'ego', side, index, 'second'),
  );

  const nodes: EgoNode[] = [
    { side, index, hop: 0, degree: allFirst.length },
    ...first.map((node) => ({ side: other, index: node, hop: 1 as const, degree: degree(other, node) })),
    ...second.map((node) => ({ side, index: node, hop: 2 as const, degree: degree(side, node) })),
  ];
  const total = fullSize(csr, side, index, allFirst);
  return {
    nodes,
    edges: edgesBetween(csr, side, [index, ...second], new Set(first)),
    sampled: nodes.length < total.nodes,
    shownNodes: nodes.length,
    totalNodes: total.nodes,
    totalEdges: total.edges,
  };
}

function neighborsOf(csr: BipartiteCsr, side: Side, index: number): Int32Array {
  return side === 'user'
    ? csr.userNeighbors.subarray(csr.userOffsets[index], csr.userOffsets[index + 1])
    : csr.itemNeighbors.subarray(csr.itemOffsets[index], csr.itemOffsets[index + 1]);
}

function fullSize(csr: BipartiteCsr, side: Side, index: number, first: readonly number[]) {
  const other: Side = side === 'user' ? 'item' : 'user';
  const within = new Set([index]);
  let edges = 0;
  for (const node of first) {
    for (const second of neighborsOf(csr, other, node)) {
      within.add(second);
      edges++;
    }
  }
  return { nodes: within.size + first.length, edges };
}

/** Edges from the nodes `inner` of `side` to the nodes `outer` of the other side. */
function edgesBetween(csr: BipartiteCsr, side: Side, inner: readonly number[], outer: Set<number>): EgoEdge[] {
  const offsets = side === 'user' ? csr.userOffsets : csr.itemOffsets;
  const neighbors = side === 'user' ? csr.userNeighbors : csr.itemNeighbors;
  const edges: EgoEdge[] = [];
  for (const node of inner) {
    for (let slot = offsets[node]; slot < offsets[node + 1]; slot++) {
      const far = neighbors[slot];
      if (!outer.has(far)) continue;
      edges.push(
        side === 'user'
          ? { userIndex: node, itemIndex: far, edge: slot }
          : { userIndex: far, itemIndex: node, edge: csr.itemEdges[slot] },
      );
    }
  }
  return edges;
}

/** Up to `count` of `nodes` (ascending in, ascending out), each drawn with probability by weight. */
function sampleByWeight(
  nodes: readonly number[],
  weightOf: (node: number) => number,
  count: number,
  rng: Rng,
): readonly number[] {
  if (nodes.length <= count) return nodes;
  return nodes
    .map((node) => ({ node, key: -Math.log(1 - rng.uniform()) / weightOf(node) }))
    .sort((a, b) => a.key - b.key || a.node - b.node)
    .slice(0, count)
    .map(({ node }) => node)
    .sort((a, b) => a - b);
}
