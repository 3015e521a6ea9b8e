/** The neighbour that each node of the batch's pairs is contrasted with, where the contrastive loss asks for one. */
import { Rng } from '../../core/rng.js';
import type { Side } from '../../core/side.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { PositiveBatch } from '../../negatives/index.js';
import { cosineNeighbours, type TopK } from '../../retrieval/index.js';

/** Nodes, users first, then items. */
export interface DrawnNeighbours {
  /** Of each positive's user, `[batchSize]`. */
  readonly users: Int32Array;
  /** Of each positive's item, `[batchSize]`. */
  readonly items: Int32Array;
}

export class NeighbourDraws {
  private readonly nearest: Readonly<Record<Side, TopK>>;

  constructor(
    private readonly graph: BipartiteCsr,
    numNeighbors: number,
    private readonly seed: number,
  ) {
    this.nearest = {
      user: cosineNeighbours(graph, 'user', numNeighbors),
      item: cosineNeighbours(graph, 'item', numNeighbors),
    };
  }

  /** Uniform among the neighbours of each; the same for the same step. A node without any is its own. */
  draw({ userIndex, itemIndex }: PositiveBatch, step: number): DrawnNeighbours {
    const rng = Rng.of(this.seed, 'contrast-neighbours', step);
    const { numUsers } = this.graph;
    return {
      users: userIndex.map((user) => this.neighbourOf('user', user, rng)),
      items: itemIndex.map((item) => numUsers + this.neighbourOf('item', item, rng)),
    };
  }

  private neighbourOf(side: Side, node: number, rng: Rng): number {
    const { k, ids } = this.nearest[side];
    const row = ids.subarray(node * k, (node + 1) * k);
    const count = row.indexOf(-1);
    const known = count < 0 ? k : count;
    return known > 0 ? row[rng.integer(known)] : node;
  }
}
