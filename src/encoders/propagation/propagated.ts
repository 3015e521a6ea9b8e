/** What a propagation makes of layer-0 rows: layers and final embeddings, of all nodes or of those that a step asks for. */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { ConceptDoc } from '../../core/concept-doc.js';
import type { Adjacency } from '../../graph/adjacency.js';
import type { SampledBlock } from '../../ops/index.js';
import type { Activation } from '../activation.js';
import type { BlockPassView, EncoderPass } from '../encoder-pass.js';
import type { Rows, RowsContext, RowsDraw } from '../rows/rows.js';
import type { EncodedRows, RowRequest } from './encode-rows.js';

export interface EncodedNodes {
  /** Final embeddings, `[numNodes, embeddingDim]`. */
  readonly final: Tensor2D;
  /** The table, zeros where a node has no row, `[numNodes, embeddingDim]`. */
  readonly table: Tensor2D;
  /** Layer 0 … numLayers, 0 being what the layers start from, `[numNodes, embeddingDim]`. */
  layer(number: number): Tensor2D;
}

/** What users are made of who are encoded from items alone; see `retrieval/history-vectors.ts`. */
export interface HistoryTerms {
  readonly activation: Activation;
  readonly terms: readonly {
    readonly weight: number;
    /** What each node says before its degree divides it, `[numNodes, numColumns]`. */
    readonly nodes: Tensor2D;
  }[];
}

export interface Propagated {
  /** Layers that can be asked for, besides layer 0. */
  readonly numLayers: number;
  /** Matrices (noise keys, fan-outs) that a pass goes through. */
  readonly numHops: number;
  /** What is trained beside the rows, by the names that checkpoints have: `layerWeights` where they are learned. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** Whether `encodeColumns` needs all columns at once. */
  readonly mixesColumns: boolean;
  /** Every node; differentiable in the variables. @param draw of a training step */
  encode(pass: EncoderPass, draw?: RowsDraw): EncodedNodes;
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
  encodeRows(requests: readonly RowRequest[], draw?: RowsDraw): EncodedRows;
  /**
   * The same over a sampled block, whatever the size of the graph; differentiable in `idRows` and in the variables but
   * the id table. Requests are about the block's asked rows, which must ascend.
   * @param idRows rows of the id table of those nodes of the block that have one, in the block's order; given where rows
   * have an id table
   */
  encodeBlock(
    block: SampledBlock,
    requests: readonly RowRequest<BlockPassView>[],
    idRows?: Tensor2D,
    draw?: RowsDraw,
  ): EncodedRows;
}

export interface PropagationKind<Options> {
  readonly schema: z.ZodType<Options>;
  readonly doc: ConceptDoc;
  /** Layers besides layer 0. */
  numLayers(options: Options): number;
  /**
   * Whether what the items of a user without a row say to it can be told.
   * @param rowsHear whether layer 0 itself is heard from neighbours
   */
  hearsItems(options: Options, rowsHear: boolean): boolean;
  createVariables(options: Options): Record<string, Variable>;
  /** @param variables as `createVariables` makes them, or a checkpoint's; others are ignored */
  create(
    rows: Rows,
    options: Options,
    variables: Readonly<Record<string, Variable>>,
    context: Pick<RowsContext, 'degrees'>,
  ): Propagated;
}
