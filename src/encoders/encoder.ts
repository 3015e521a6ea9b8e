/**
 * What turns trainable tables and a graph view into user and item embeddings.
 * Nodes are stacked: rows 0 … numUsers-1 are users, then items, then attribute nodes where the run has them.
 */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Adjacency } from '../graph/adjacency.js';
import type { SampledBlock } from '../ops/index.js';
import type { EncodedRows, RowRequest } from './encode-rows.js';
import type { BlockPassView, EncoderPass } from './encoder-pass.js';

export interface EncodedNodes {
  /** Final embeddings, `[numNodes, embeddingDim]`. */
  readonly final: Tensor2D;
  /** The trainable rows, zeros where a node has none, `[numNodes, embeddingDim]`. */
  readonly table: Tensor2D;
  /** Layer 0 … numLayers, 0 being what the layers start from, `[numNodes, embeddingDim]`. */
  layer(number: number): Tensor2D;
}

/** What users are made of who are encoded from items alone; see `retrieval/history-vectors.ts`. */
export interface HistoryTerms {
  readonly activation: 'none' | 'tanh';
  readonly terms: readonly {
    readonly weight: number;
    /** What each node says before its degree divides it, `[numNodes, numColumns]`. */
    readonly nodes: Tensor2D;
  }[];
}

export interface Encoder {
  /** Layers that can be asked for, besides layer 0. */
  readonly numLayers: number;
  /** Matrices (noise keys, fan-outs) that a pass goes through. */
  readonly numHops: number;
  /** Trainable parameters by name; `embedding` is `ego`. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The table that L2 regularisation acts on, `[numNodes - firstNode, embeddingDim]`. */
  readonly ego: Variable;
  /** Node that the table's first row belongs to; nodes before it have none. */
  readonly firstNode: number;
  /** Whether `encodeColumns` needs all columns at once. */
  readonly mixesColumns: boolean;
  /** Every node; differentiable in the variables. */
  encode(pass: EncoderPass): EncodedNodes;
  /**
   * Final embeddings of a clean pass for some columns of the table, so that no whole layer is needed at once; the same
   * numbers as those columns of `encode`. No gradient is meant to pass.
   * @param columns `[numNodes - firstNode, numColumns]`
   * @returns `[numNodes, numColumns]`
   */
  encodeColumns(columns: Tensor2D, adjacency: Adjacency): Tensor2D;
  /**
   * What new users are made of, for some columns as above; absent where an encoder has no way to hear their items.
   * No gradient is meant to pass.
   */
  readonly historyTerms?: (columns: Tensor2D, adjacency: Adjacency) => HistoryTerms;
  /** Weights of the layers in the final embedding as they are now, `[numLayers + 1]`. */
  layerWeights(): number[];
  /** Some nodes of several passes, which is less work; differentiable in the variables. */
  encodeRows(requests: readonly RowRequest[]): EncodedRows;
  /**
   * The same over a sampled block, whatever the size of the graph; differentiable in `local` and in the variables but
   * `ego`. Requests are about the block's asked rows, which must ascend.
   * @param local rows of the table of those nodes of the block that have one, in the block's order
   */
  encodeBlock(local: Tensor2D, block: SampledBlock, requests: readonly RowRequest<BlockPassView>[]): EncodedRows;
}
