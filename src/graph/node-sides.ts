/**
 * Which nodes of a caller's graph are users and which are items: told by an attribute on some of the nodes, and spread
 * along the edges by two-colouring (breadth first), which also shows whether the graph is bipartite at all.
 */

import type { AbstractGraph } from 'graphology-types';
import { DataError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';
import type { Side } from './graphology-graph.js';

/**
 * Side of every node, in node order.
 *
 * @param sideAttribute node attribute holding 'user' or 'item'; one node of each connected part is enough.
 * @throws DataError `GRAPH_SIDE` (another value), `GRAPH_NOT_BIPARTITE` (an odd cycle, or sides that contradict each
 *   other), `GRAPH_SIDE_UNKNOWN` (a connected part where no node says its side).
 */
export function detectSides(graph: AbstractGraph, sideAttribute: string): Map<string, Side> {
  const sideOf = new Map<string, Side>();
  const parentOf = new Map<string, string>();
  const queue: string[] = [];
  graph.forEachNode((key, attributes) => {
    const side: unknown = ownValue(attributes, sideAttribute);
    if (side === undefined) return;
    if (side !== 'user' && side !== 'item') {
      const got = typeof side === 'string' ? `"${side}"` : typeof side;
      const message = `node "${key}": attribute "${sideAttribute}" must be "user" or "item", got ${got}`;
      throw new DataError('GRAPH_SIDE', message);
    }
    sideOf.set(key, side);
    queue.push(key);
  });
  spread(graph, queue, sideOf, parentOf, sideAttribute);
  graph.forEachNode((key) => {
    if (sideOf.has(key)) return;
    // colour the part anyway: an odd cycle is the more useful thing to be told
    sideOf.set(key, 'user');
    spread(graph, [key], sideOf, parentOf, sideAttribute);
    throw new DataError(
      'GRAPH_SIDE_UNKNOWN',
      `node "${key}" and the nodes connected to it: which are users and which items is not told; ` +
        `set the node attribute "${sideAttribute}" to "user" or "item" on at least one node of each connected part`,
    );
  });
  const inNodeOrder = new Map<string, Side>();
  graph.forEachNode((key) => inNodeOrder.set(key, sideOf.get(key)!));
  return inNodeOrder;
}

function spread(
  graph: AbstractGraph,
  queue: string[],
  sideOf: Map<string, Side>,
  parentOf: Map<string, string>,
  sideAttribute: string,
): void {
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at];
    const side = sideOf.get(node)!;
    graph.forEachNeighbor(node, (neighbor) => {
      const known = sideOf.get(neighbor);
      if (known === undefined) {
        sideOf.set(neighbor, side === 'user' ? 'item' : 'user');
        parentOf.set(neighbor, node);
        queue.push(neighbor);
      } else if (known === side) {
        throw conflict(node, neighbor, parentOf, sideAttribute);
      }
    });
  }
}

/** Two neighbours of one colour: a cycle of odd length through both, or two given sides that do not go together. */
function conflict(a: string, b: string, parentOf: ReadonlyMap<string, string>, sideAttribute: string): DataError {
  const pathA = pathToRoot(a, parentOf);
  const pathB = pathToRoot(b, parentOf);
  const rootA = pathA[pathA.length - 1];
  const rootB = pathB[pathB.length - 1];
  if (rootA !== rootB) {
    return new DataError(
      'GRAPH_NOT_BIPARTITE',
      `edge "${a}" – "${b}" would join two users or two items: the "${sideAttribute}" of "${rootA}" and that of ` +
        `"${rootB}" do not go together along the edges`,
    );
  }
  const inA = new Set(pathA);
  const meeting = pathB.find((node) => inA.has(node))!;
  const cycle = [
    ...pathA.slice(0, pathA.indexOf(meeting) + 1),
    ...pathB.slice(0, pathB.indexOf(meeting)).reverse(),
  ].map((node) => `"${node}"`);
  const shown = cycle.length > 7 ? [...cycle.slice(0, 4), '…', ...cycle.slice(-2)] : cycle;
  return new DataError(
    'GRAPH_NOT_BIPARTITE',
    `the graph is not bipartite: a cycle of odd length ${cycle.length} through ${shown.join(' – ')}; ` +
      'every edge must join a user and an item',
  );
}

function pathToRoot(node: string, parentOf: ReadonlyMap<string, string>): string[] {
  const path = [node];
  for (let next = parentOf.get(node); next !== undefined; next = parentOf.get(next)) path.push(next);
  return path;
}
