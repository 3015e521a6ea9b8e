/**
 * One step of sampled training: the block of the step's nodes and its rows of the table as a variable of their own, so
 * that the gradient is as small as the block. Everything follows from (seed, step).
 */
import * as tf from '@tensorflow/tfjs';
import { drawCounterKey } from '../../core/counter-rng.js';
import { Rng } from '../../core/rng.js';
import type { EncodedRows, Encoder, RowRequest } from '../../encoders/index.js';
import type { Adjacency } from '../../graph/adjacency.js';
import { lookup, NeighborSampler, type SampledBlock } from '../../ops/index.js';
import type { BlockView } from '../../views/index.js';

export interface SampledStep {
  readonly block: SampledBlock;
  /** Rows of the table of those nodes of the block that have one, `[rows.length, embeddingDim]`; the caller disposes it. */
  readonly local: tf.Variable;
  /** Which rows, distinct. */
  readonly rows: Int32Array;
  encodeRows(requests: readonly RowRequest<BlockView>[]): EncodedRows;
}

export class SampledSteps {
  private readonly sampler: NeighborSampler;

  constructor(
    adjacency: Adjacency,
    itemEdges: Int32Array,
    private readonly encoder: Encoder,
    private readonly fanOut: readonly number[],
    private readonly seed: number,
  ) {
    this.sampler = new NeighborSampler(adjacency, itemEdges);
  }

  /** @param nodes distinct, ascending */
  begin(nodes: Int32Array, step: number): SampledStep {
    const rng = Rng.of(this.seed, 'neighbors', step);
    const keys = this.fanOut.map(() => drawCounterKey(rng));
    const block = this.sampler.sample(nodes, this.fanOut, keys);
    const { ego, firstNode } = this.encoder;
    const rows =
      firstNode === 0 ? block.nodes : block.nodes.filter((node) => node >= firstNode).map((node) => node - firstNode);
    const local = tf.tidy(() => tf.variable(lookup(ego as unknown as tf.Tensor2D, rows)));
    return {
      block,
      local,
      rows,
      encodeRows: (requests) => this.encoder.encodeBlock(local as unknown as tf.Tensor2D, block, requests),
    };
  }
}
