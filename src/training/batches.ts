/**
 * The order of training: every supervision edge exactly once an epoch, shuffled by (seed, epoch) alone, so that any
 * batch of any epoch can be produced again without replaying those before it.
 */
import { Rng } from '../core/rng.js';
import { type BipartiteCsr, edgeUsers } from '../graph/bipartite-csr.js';
import type { PositiveBatch } from '../negatives/index.js';

export class EpochBatches {
  private readonly users: Int32Array;
  private order: Int32Array | undefined;
  private orderEpoch = 0;

  constructor(
    private readonly graph: BipartiteCsr,
    private readonly batchSize: number,
    private readonly seed: number,
  ) {
    this.users = edgeUsers(graph);
  }

  get batchesPerEpoch(): number {
    return Math.ceil(this.graph.numEdges / this.batchSize);
  }

  /** Batch `index` (from 0) of `epoch` (from 1); the last one of an epoch may be short. */
  batch(epoch: number, index: number): PositiveBatch {
    if (this.order === undefined || this.orderEpoch !== epoch) {
      this.order = Rng.of(this.seed, 'epoch-order', epoch).permutation(this.graph.numEdges);
      this.orderEpoch = epoch;
    }
    const edges = this.order.subarray(index * this.batchSize, (index + 1) * this.batchSize);
    return {
      userIndex: edges.map((edge) => this.users[edge]),
      itemIndex: edges.map((edge) => this.graph.userNeighbors[edge]),
    };
  }
}
