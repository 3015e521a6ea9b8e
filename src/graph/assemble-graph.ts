/**
 * Split interactions → graph: positives of train become edges, positives of validation and test held-out pairs, the
 * other events of the training period are kept beside them for negative sources. Features get their encodings.
 */
import { DataError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { EVENT_CODES, type Interactions, type SplitInteractions, selectInteractions } from '../data/interaction-set.js';
import { buildBipartiteCsr } from './bipartite-csr.js';
import { checkGraph } from './check-graph.js';
import { describeFields } from './fields/describe-fields.js';
import { type GraphContent, heldOutColumns } from './graph-files.js';
import { trainingCsr } from './graphology-graph.js';
import type { HeldOutColumns } from './stored-graph.js';

/**
 * @throws DataError `GRAPH_EMPTY` (no positive training interaction), `GRAPH_LEAK` (a pair in two parts),
 *   `GRAPH_INDEX_RANGE` (an index outside the vocabularies).
 */
export function assembleGraph(split: SplitInteractions, maxGraphologyEdges?: number): GraphContent {
  const { users, items, userFeatures, itemFeatures } = split;
  const edges = positives(split.train);
  if (edges.userIndex.length === 0) {
    throw new DataError(
      'GRAPH_EMPTY',
      `no positive interaction to train on: train has ${split.train.userIndex.length} rows, none of them positive; ` +
        'look at the filters (minimum rating, k-core, date range) and at the event column',
    );
  }
  const valid = heldOut(split.valid, users.size, items.size);
  const test = heldOut(split.test, users.size, items.size);
  const foldIn = split.foldIn && heldOut(split.foldIn, users.size, items.size).pairs;
  const others = otherEvents(split.train);
  const train = trainingCsr(edges, split, maxGraphologyEdges);
  const graph: GraphContent = {
    users,
    items,
    train,
    valid: valid.pairs,
    test: test.pairs,
    ...(foldIn && { foldIn }),
    ...(valid.columns && { validColumns: valid.columns }),
    ...(test.columns && { testColumns: test.columns }),
    ...(userFeatures && { userFeatures }),
    ...(itemFeatures && { itemFeatures }),
    ...describeFields({ train, userFeatures, itemFeatures }),
    ...(others && { otherEvents: others }),
  };
  checkGraph(graph);
  return graph;
}

function positives(interactions: Interactions): Interactions {
  const { event } = interactions;
  if (!event?.some((code) => code !== EVENT_CODES.positive)) return interactions;
  return selectInteractions(interactions, rowsWhere(event, true));
}

function otherEvents(interactions: Interactions): Interactions | undefined {
  const { event } = interactions;
  if (!event?.some((code) => code !== EVENT_CODES.positive)) return undefined;
  return selectInteractions(interactions, rowsWhere(event, false));
}

function rowsWhere(event: Uint8Array, positive: boolean): Int32Array {
  const rows = new Int32Array(event.length);
  let count = 0;
  for (let row = 0; row < event.length; row++) {
    if ((event[row] === EVENT_CODES.positive) === positive) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** Held-out positives by user; repeats are merged as edges are. */
function heldOut(
  part: Interactions,
  numUsers: number,
  numItems: number,
): { pairs: Ragged; columns: HeldOutColumns | undefined } {
  const csr = buildBipartiteCsr(positives(part), { numUsers, numItems });
  return { pairs: { offsets: csr.userOffsets, values: csr.userNeighbors }, columns: heldOutColumns(csr) };
}
