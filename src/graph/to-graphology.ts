/**
 * A part of a built graph as a graphology object, to look at, lay out or hand to other tools: the ego network of one
 * node, or some users with all their training edges.
 */
import { UndirectedGraph } from 'graphology';
import { ConfigError } from '../core/errors.js';
import { Rng } from '../core/rng.js';
import type { BipartiteCsr } from './bipartite-csr.js';
import { type EgoOptions, egoNetwork } from './ego-network.js';
import { type InteractionGraph, type NodeTables, nodeAttributes, nodeKey, type Side } from './graphology-graph.js';

export type GraphSelection =
  /** Two hops around one node. Nodes get the attribute `hop`. */
  | { readonly ego: { readonly side: Side; readonly index: number } & Partial<EgoOptions> }
  /** `numUsers` users drawn uniformly (all, when there are no more), with every item of theirs. */
  | { readonly sample: { readonly numUsers: number; readonly seed?: number } };

/** A graph to take a part of; a StoredGraph is one. */
export interface SelectableGraph extends NodeTables {
  readonly train: BipartiteCsr;
}

/**
 * Nodes carry side, external id, index in the whole graph and features; edges carry weight and timestamp, and their
 * keys are edge numbers of the training CSR. The graph attributes `sampled`, `shownNodes` and `totalNodes` say how much of the selection's whole is there.
 *
 * @throws ConfigError `EGO_CENTER`, `GRAPH_SAMPLE` (numUsers is not a positive integer).
 */
export function toGraphology(graph: SelectableGraph, selection: GraphSelection): InteractionGraph {
  const { train } = graph;
  const result: InteractionGraph = new UndirectedGraph();
  if ('ego' in selection) {
    const { side, index, ...options } = selection.ego;
    const network = egoNetwork(train, side, index, options);
    for (const node of network.nodes) {
      const attributes = { ...nodeAttributes(graph, node.side, node.index), hop: node.hop };
      result.addNode(nodeKey(node.side, attributes.externalId), attributes);
    }
    for (const { userIndex, itemIndex, edge } of network.edges) addEdge(result, graph, userIndex, itemIndex, edge);
    const { sampled, shownNodes, totalNodes } = network;
    result.replaceAttributes({ sampled, shownNodes, totalNodes });
    return result;
  }
  const { numUsers, seed = 1 } = selection.sample;
  if (!Number.isInteger(numUsers) || numUsers < 1) {
    throw new ConfigError('GRAPH_SAMPLE', `sample.numUsers must be a positive integer, got ${numUsers}`);
  }
  const chosen = Rng.of(seed, 'graph-sample').permutation(train.numUsers).slice(0, numUsers).sort();
  for (const user of chosen) {
    result.addNode(nodeKey('user', graph.users.idOf(user)), nodeAttributes(graph, 'user', user));
  }
  for (const user of chosen) {
    for (let edge = train.userOffsets[user]; edge < train.userOffsets[user + 1]; edge++) {
      const item = train.userNeighbors[edge];
      const key = nodeKey('item', graph.items.idOf(item));
      if (!result.hasNode(key)) result.addNode(key, nodeAttributes(graph, 'item', item));
      addEdge(result, graph, user, item, edge);
    }
  }
  result.replaceAttributes({
    sampled: chosen.length < train.numUsers,
    shownNodes: result.order,
    totalNodes: train.numUsers + train.numItems,
  });
  return result;
}

function addEdge(result: InteractionGraph, graph: SelectableGraph, user: number, item: number, edge: number): void {
  const { weight, timestamp } = graph.train;
  result.addEdgeWithKey(edge, nodeKey('user', graph.users.idOf(user)), nodeKey('item', graph.items.idOf(item)), {
    ...(weight && { weight: weight[edge] }),
    ...(timestamp && { timestamp: timestamp[edge] }),
  });
}
