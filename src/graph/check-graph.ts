/**
 * The promises every graph keeps: no held-out pair is a training edge, no pair is held out twice or given as input and held out. Checked when a graph
 * is built and again when it is loaded.
 */
import { DataError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { type BipartiteCsr, hasEdge } from './bipartite-csr.js';
import type { GraphContent } from './graph-files.js';
import type { NodeTables } from './graphology-graph.js';

/**
 * @param heldOut items of every user, `[numUsers]` rows
 * @param name of the held-out part, for the message
 * @param ids for the message; without them it shows dense indices
 * @throws DataError `GRAPH_LEAK` with the number of such pairs and the first one.
 */
export function assertNoGraphLeak(train: BipartiteCsr, heldOut: Ragged, name: string, ids?: NodeTables): void {
  refuseShared(heldOut, name, 'training edges', (user, item) => hasEdge(train, user, item), ids);
}

/** @throws DataError `GRAPH_LEAK`. */
export function checkGraph(graph: GraphContent): void {
  assertNoGraphLeak(graph.train, graph.valid, 'validation', graph);
  assertNoGraphLeak(graph.train, graph.test, 'test', graph);
  refuseShared(graph.test, 'test', 'validation pairs', pairIn(graph.valid), graph);
  if (!graph.foldIn) return;
  assertNoGraphLeak(graph.train, graph.foldIn, 'fold-in', graph);
  refuseShared(graph.valid, 'validation', 'fold-in pairs', pairIn(graph.foldIn), graph);
  refuseShared(graph.test, 'test', 'fold-in pairs', pairIn(graph.foldIn), graph);
}

const pairIn =
  ({ offsets, values }: Ragged) =>
  (user: number, item: number): boolean =>
    values.subarray(offsets[user], offsets[user + 1]).includes(item);

function refuseShared(
  heldOut: Ragged,
  name: string,
  others: string,
  isShared: (user: number, item: number) => boolean,
  ids: NodeTables | undefined,
): void {
  let count = 0;
  let first = '';
  for (let user = 0; user + 1 < heldOut.offsets.length; user++) {
    for (let at = heldOut.offsets[user]; at < heldOut.offsets[user + 1]; at++) {
      const item = heldOut.values[at];
      if (!isShared(user, item)) continue;
      if (count === 0) {
        first = ids ? `user "${ids.users.idOf(user)}", item "${ids.items.idOf(item)}"` : `user ${user}, item ${item}`;
      }
      count++;
    }
  }
  if (count === 0) return;
  throw new DataError(
    'GRAPH_LEAK',
    `${count} of ${heldOut.values.length} ${name} pairs are ${others} too, the first: ${first}; ` +
      'every pair must be in one part only: take them out of train, or let twinlight split the data',
  );
}
