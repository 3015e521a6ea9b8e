/**
 * The order of training: every supervision pair exactly once an epoch (unless `positives.userBalance` weighs users), shuffled
 * by (seed, epoch) alone, so that any batch of any epoch can be produced again without replaying those before it. What the
 * positives' sampling makes of a batch depends on its place alone, too.
 */

import { positivesSchema } from '../config/positives-options.js';
import { Rng } from '../core/rng.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import type { PositiveBatch } from '../negatives/index.js';
import { Positives } from '../objective/positives.js';

interface BatchOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Absent: the graph's training edges as they come. */
  readonly positives?: Positives;
}

interface BatchTurn {
  /** From 1. */
  readonly epoch: number;
  /** From 0. */
  readonly index: number;
}

export class EpochBatches {
  private order: Int32Array | undefined;
  private orderEpoch = 0;

  private readonly batchSize: number;
  private readonly seed: number;
  private readonly positives: Positives;

  constructor(graph: BipartiteCsr, { batchSize, seed, positives }: BatchOptions) {
    this.batchSize = batchSize;
    this.seed = seed;
    this.positives = positives ?? new Positives(graph, positivesSchema.parse({}));
  }

  get batchesPerEpoch(): number {
    return Math.ceil(this.positives.numPairs / this.batchSize);
  }

  /** The last one of an epoch may be short. */
  batch({ epoch, index }: BatchTurn): PositiveBatch {
    if (this.order === undefined || this.orderEpoch !== epoch) {
      this.order = this.positives.epochOrder(Rng.of(this.seed, 'epoch-order', epoch));
      this.orderEpoch = epoch;
    }
    const pairs = this.order.subarray(index * this.batchSize, (index + 1) * this.batchSize);
    return this.positives.batch(pairs, () => Rng.of(this.seed, 'positives', epoch, index));
  }
}
