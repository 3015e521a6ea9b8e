/**
 * One step of sampled training: the block of the step's nodes and its rows of the id table as a variable of their own, so
 * that the gradient is as small as the block. Everything follows from (seed, step).
 */
import * as tf from '@tensorflow/tfjs';
import { drawCounterKey } from '../../core/counter-rng.js';
import { Rng } from '../../core/rng.js';
import type { EncodedRows, Encoder, RowRequest, RowsDraw } from '../../encoders/index.js';
import type { Adjacency } from '../../graph/adjacency.js';
import { lookup, NeighborSampler, type SampledBlock } from '../../ops/index.js';
import type { BlockView } from '../../views/index.js';

/** The id table's rows of those nodes of a block that have one, which are trained in its place. */
export interface BlockTable {
  /** `[rows.length, embeddingDim]`; to be disposed after the step. */
  readonly table: tf.Variable;
  /** Which rows of the whole table they are, distinct. */
  readonly rows: Int32Array;
}

interface SampledStep {
  readonly block: SampledBlock;
  /** Absent where the encoder has no id table. */
  readonly ofTable?: BlockTable;
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

  /**
   * @param nodes distinct, ascending
   * @param draw of the rows
   */
  begin(nodes: Int32Array, draw: RowsDraw): SampledStep {
    const { step } = draw;
    const rng = Rng.of(this.seed, 'neighbors', step);
    const keys = this.fanOut.map(() => drawCounterKey(rng));
    const block = this.sampler.sample(nodes, this.fanOut, keys);
    const { encoder } = this;
    const { idTable, idNodes } = encoder;
    if (idTable === undefined) {
      return { block, encodeRows: (requests) => encoder.encodeBlock(block, requests, undefined, draw) };
    }
    const { first, end } = idNodes;
    const rows = block.nodes.filter((node) => node >= first && node < end).map((node) => node - first);
    const table = tf.tidy(() => tf.variable(lookup(idTable as unknown as tf.Tensor2D, rows)));
    return {
      block,
      ofTable: { table, rows },
      encodeRows: (requests) => encoder.encodeBlock(block, requests, table as unknown as tf.Tensor2D, draw),
    };
  }
}
