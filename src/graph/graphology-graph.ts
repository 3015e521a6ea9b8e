/**
 * The interaction graph as a graphology object: undirected, bipartite, one edge a user-item pair. It is what a person
 * looks at and asks questions of; computing runs on the CSR that `csrFromGraphology` freezes out of it.
 *
 * graphology takes about 0.6 kB and 15 µs an edge, so `trainingCsr` goes round it above `maxGraphologyEdges` rows;
 * the CSR is the same, bit for bit.
 */

import { UndirectedGraph } from 'graphology';
import type { AbstractGraph } from 'graphology-types';
import { DataError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';
import type { Side } from '../core/side.js';
import type { FeatureTable } from '../data/feature-table.js';
import type { Vocabulary } from '../data/vocabulary.js';
import { type BipartiteCsr, buildBipartiteCsr, type EdgeColumns } from './bipartite-csr.js';
import { type FeatureValues, featuresAt } from './feature-attributes.js';

export type { Side };

export type InteractionNodeAttributes = {
  side: Side;
  externalId: string;
  /** Dense index within the side. */
  index: number;
  features?: FeatureValues;
  /** Distance from the centre, in ego networks only. */
  hop?: 0 | 1 | 2;
};

export type InteractionEdgeAttributes = {
  /** Sum over merged repeats; absent where the source has no weights and the pair occurs once. */
  weight?: number;
  /** Latest of the merged repeats. */
  timestamp?: number;
};

export type InteractionGraph = UndirectedGraph<InteractionNodeAttributes, InteractionEdgeAttributes>;

/** Users, items and what is known of them. */
export interface NodeTables {
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  readonly userFeatures?: FeatureTable;
  readonly itemFeatures?: FeatureTable;
}

/**
 * Rows up to which the training graph passes through graphology: 200,000 rows cost about 3 s and 120 MB. Lower saves
 * that; higher only makes the build slower, as the CSR is the same either way.
 */
export const MAX_GRAPHOLOGY_EDGES = 200_000;

/** Node key: `u:<external id>` or `i:<external id>`, so that a user and an item may share an id. */
export function nodeKey(side: Side, externalId: string): string {
  return `${side === 'user' ? 'u' : 'i'}:${externalId}`;
}

/** Attributes of one node, features included where the tables have any. */
export function nodeAttributes(tables: NodeTables, side: Side, index: number): InteractionNodeAttributes {
  const features = side === 'user' ? tables.userFeatures : tables.itemFeatures;
  const externalId = (side === 'user' ? tables.users : tables.items).idOf(index);
  return { side, externalId, index, ...(features && { features: featuresAt(features, index) }) };
}

/**
 * Every user, then every item (isolated ones too) in index order, and one edge a distinct pair; repeats are merged
 * as in `buildBipartiteCsr`, with the same float32 sums.
 */
export function buildGraphologyGraph(edges: EdgeColumns, tables: NodeTables): InteractionGraph {
  const graph: InteractionGraph = new UndirectedGraph();
  for (const side of ['user', 'item'] as const) {
    const vocabulary = side === 'user' ? tables.users : tables.items;
    for (let index = 0; index < vocabulary.size; index++) {
      graph.addNode(nodeKey(side, vocabulary.idOf(index)), nodeAttributes(tables, side, index));
    }
  }
  const userKeys = tables.users.ids.map((id) => nodeKey('user', id));
  const itemKeys = tables.items.ids.map((id) => nodeKey('item', id));
  for (let row = 0; row < edges.userIndex.length; row++) {
    const source = userKeys[edges.userIndex[row]];
    const target = itemKeys[edges.itemIndex[row]];
    const weight = edges.weight?.[row];
    const timestamp = edges.timestamp?.[row];
    const known = graph.edge(source, target);
    if (known === undefined) {
      graph.addEdge(source, target, {
        ...(weight !== undefined && { weight }),
        ...(timestamp !== undefined && { timestamp }),
      });
      continue;
    }
    const attributes = graph.getEdgeAttributes(known);
    graph.setEdgeAttribute(known, 'weight', Math.fround((attributes.weight ?? 1) + (weight ?? 1)));
    if (timestamp !== undefined) {
      graph.setEdgeAttribute(known, 'timestamp', Math.max(attributes.timestamp!, timestamp));
    }
  }
  return graph;
}

/**
 * Freezes an interaction graph: dense indices are positions within the side in node order (for a whole graph, the
 * `index` attributes). Parallel edges are merged, edge direction does not matter.
 *
 * @throws DataError `GRAPH_SIDE` when a node has no side or an edge joins two nodes of one side.
 */
export function csrFromGraphology(graph: AbstractGraph): BipartiteCsr {
  const sides = new Map<string, Side>();
  graph.forEachNode((key, { side }) => {
    if (side !== 'user' && side !== 'item') {
      throw new DataError('GRAPH_SIDE', `node "${key}": attribute "side" must be "user" or "item", got ${side}`);
    }
    sides.set(key, side);
  });
  const indexOf = indexWithinSide(sides);
  let numUsers = 0;
  for (const side of sides.values()) if (side === 'user') numUsers++;
  return buildBipartiteCsr(edgeColumns(graph, sides, indexOf), { numUsers, numItems: sides.size - numUsers });
}

/** Node key → position among the nodes of its side. */
export function indexWithinSide(sides: ReadonlyMap<string, Side>): Map<string, number> {
  const next: Record<Side, number> = { user: 0, item: 0 };
  const indexOf = new Map<string, number>();
  for (const [key, side] of sides) indexOf.set(key, next[side]++);
  return indexOf;
}

/** Names of the edge attributes that hold weight and timestamp. */
interface EdgeAttributeNames {
  readonly weight: string;
  readonly timestamp: string;
}

/**
 * Edge columns of a graph in edge order, `[graph.size]`. The weight (timestamp) column is there when any edge has one;
 * an edge without counts 1 (NaN).
 *
 * @throws DataError `GRAPH_SIDE` (an edge within one side), `GRAPH_EDGE_ATTRIBUTE` (not a number).
 */
export function edgeColumns(
  graph: AbstractGraph,
  sides: ReadonlyMap<string, Side>,
  indexOf: ReadonlyMap<string, number>,
  names: EdgeAttributeNames = { weight: 'weight', timestamp: 'timestamp' },
): EdgeColumns {
  const userIndex = new Int32Array(graph.size);
  const itemIndex = new Int32Array(graph.size);
  const weight = new Float32Array(graph.size).fill(1);
  const timestamp = new Float64Array(graph.size).fill(Number.NaN);
  let row = 0;
  let weighted = false;
  let timed = false;
  graph.forEachEdge((_edge, attributes, source, target) => {
    const sourceSide = sides.get(source)!;
    if (sourceSide === sides.get(target)) {
      const message = `edge "${source}" – "${target}" joins two ${sourceSide}s`;
      throw new DataError('GRAPH_SIDE', `${message}; every edge must join a user and an item`);
    }
    const fromUser = sourceSide === 'user';
    userIndex[row] = indexOf.get(fromUser ? source : target)!;
    itemIndex[row] = indexOf.get(fromUser ? target : source)!;
    const edgeWeight = numberAttribute(ownValue(attributes, names.weight), names.weight, source, target);
    const edgeTime = numberAttribute(ownValue(attributes, names.timestamp), names.timestamp, source, target);
    if (edgeWeight !== undefined) {
      weight[row] = edgeWeight;
      weighted = true;
    }
    if (edgeTime !== undefined) {
      timestamp[row] = edgeTime;
      timed = true;
    }
    row++;
  });
  return { userIndex, itemIndex, ...(weighted ? { weight } : {}), ...(timed ? { timestamp } : {}) };
}

function numberAttribute(value: unknown, name: string, source: string, target: string): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  const where = `edge "${source}" – "${target}"`;
  throw new DataError('GRAPH_EDGE_ATTRIBUTE', `${where}: attribute "${name}" must be a number, got ${typeof value}`);
}

/** The CSR of the training edges, through graphology up to `maxGraphologyEdges` rows and straight above. */
export function trainingCsr(
  edges: EdgeColumns,
  tables: NodeTables,
  maxGraphologyEdges: number = MAX_GRAPHOLOGY_EDGES,
): BipartiteCsr {
  return edges.userIndex.length <= maxGraphologyEdges
    ? csrFromGraphology(buildGraphologyGraph(edges, tables))
    : buildBipartiteCsr(edges, { numUsers: tables.users.size, numItems: tables.items.size });
}
