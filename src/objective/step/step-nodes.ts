/** Which nodes a step is about. Users come first, then items, then attribute nodes. */
import { distinctInt32 } from '../../core/distinct-int32.js';
import { type AttributeNodes, attributesOf } from '../../graph/attribute-nodes.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { DrawnCandidates, PositiveBatch } from '../../negatives/index.js';
import type { DrawnNeighbours } from './neighbour-draws.js';

export interface StepNodes {
  /** Users and items of the graph. */
  readonly numNodes: number;
  /** Of each positive, `[batchSize]`. */
  readonly users: Int32Array;
  readonly items: Int32Array;
  /** Of all drawn negatives, repeats included. */
  readonly negatives: Int32Array;
  /** Every node of the losses, distinct, ascending. */
  readonly all: Int32Array;
  /** Items that a teacher's scores are compared on, distinct, ascending. */
  readonly taught: Int32Array;
  /** `all` and `taught`: what the main pass is asked for, distinct, ascending. */
  readonly asked: Int32Array;
  /** `all`, and the attribute nodes whose rows L2 counts, distinct, ascending. */
  readonly regularised: Int32Array;
  /** Those of the batch and their drawn neighbours, which the views are compared on, distinct, ascending. */
  readonly viewed: Int32Array;
}

interface StepItems {
  readonly batch: PositiveBatch;
  /** Negatives of the main loss. */
  readonly drawn?: DrawnCandidates;
  /** Items that a teacher's scores are compared on; absent: those of the batch. */
  readonly taught?: Int32Array;
  /** Of the contrastive loss. */
  readonly neighbours?: DrawnNeighbours;
  readonly graph: Pick<BipartiteCsr, 'numUsers' | 'numItems'>;
  /** Those whose rows L2 counts. */
  readonly attributes?: AttributeNodes;
}

export function stepNodes({ batch, drawn, taught, neighbours, graph, attributes }: StepItems): StepNodes {
  const { numUsers, numItems } = graph;
  const users = batch.userIndex;
  const items = batch.itemIndex.map((item) => item + numUsers);
  const negatives = (drawn?.items ?? new Int32Array(0)).map((item) => item + numUsers);
  const near = neighbours ? [neighbours.users, neighbours.items] : [];
  const viewed = distinctInt32(users, items, ...near);
  const all = distinctInt32(viewed, negatives);
  const taughtNodes = taught ? taught.map((item) => item + numUsers) : distinctInt32(items);
  return {
    numNodes: numUsers + numItems,
    users,
    items,
    negatives,
    all,
    taught: taughtNodes,
    asked: taught ? distinctInt32(all, taughtNodes) : all,
    regularised: attributes ? distinctInt32(all, attributesOf(attributes, all)) : all,
    viewed,
  };
}
