/**
 * What turns trainable tables and a graph view into user and item embeddings.
 * Nodes are stacked: rows 0 … numUsers-1 are users, then items, then attribute nodes where the run has them.
 */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { CounterKey } from '../core/counter-rng.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { BlockDropout, SampledBlock } from '../ops/index.js';
import type { EncodedRows, RowRequest } from './encode-rows.js';

/** What a pass runs on; a drawn view has this form. */
export interface EncoderPass {
  readonly adjacency: Adjacency;
  /** What each layer passes messages over, `[numLayers]`, in place of `adjacency`. */
  readonly layers?: readonly { readonly adjacency: Adjacency }[];
  /** Layer k is users · itemsᵀ (and its transpose) times layer k − 1 over `adjacency`. */
  readonly lowRank?: LowRankBlock;
  readonly noise?: { readonly magnitude: number; readonly keys: readonly CounterKey[] };
}

/** A user-item matrix of low rank, users · itemsᵀ. */
export interface LowRankBlock {
  readonly rank: number;
  /** `[numUsers, rank]` row-major. */
  readonly users: Float32Array;
  /** `[numItems, rank]` row-major. */
  readonly items: Float32Array;
  /** Added to the block, over all nodes: the edges of attribute nodes, which come after the items. */
  readonly beside?: Adjacency;
}

/** What a pass over a sampled block runs on; a view drawn for blocks has this form. */
export interface BlockPassView {
  readonly dropout?: BlockDropout;
  readonly noise?: EncoderPass['noise'];
}

export interface EncodedNodes {
  /** Final embeddings, `[numNodes, embeddingDim]`. */
  readonly final: Tensor2D;
  /** Output of each layer, the untouched table first; each `[numNodes, embeddingDim]`. */
  readonly layers: readonly Tensor2D[];
}

export interface Encoder {
  readonly numLayers: number;
  /** Trainable parameters by name. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The table that L2 regularisation acts on, `[numNodes, embeddingDim]`. */
  readonly ego: Variable;
  /** Every node; differentiable in the variables. */
  encode(pass: EncoderPass): EncodedNodes;
  /**
   * Final embeddings of a clean pass for some columns of the table, so that no whole layer is needed at once; the same
   * numbers as those columns of `encode`. No gradient is meant to pass.
   * @param columns `[numNodes, numColumns]`
   */
  encodeColumns(columns: Tensor2D, adjacency: Adjacency): Tensor2D;
  /** Some nodes of several passes, which is less work; differentiable in the variables. */
  encodeRows(requests: readonly RowRequest[]): EncodedRows;
  /**
   * The same over a sampled block, whatever the size of the graph; differentiable in `local`. Requests are about the
   * block's asked rows, which must ascend.
   * @param local the block's rows of the table, `[block.nodes.length, embeddingDim]`
   */
  encodeBlock(local: Tensor2D, block: SampledBlock, requests: readonly RowRequest<BlockPassView>[]): EncodedRows;
}
