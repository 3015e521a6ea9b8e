/**
 * What turns trainable tables and a graph view into user and item embeddings.
 * Nodes are stacked: rows 0 … numUsers-1 are users, the rest items.
 */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { CounterKey } from '../core/counter-rng.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { EncodedRows, RowRequest } from './encode-rows.js';

/** What a pass runs on; a drawn view has this form. */
export interface EncoderPass {
  readonly adjacency: Adjacency;
  readonly noise?: { readonly magnitude: number; readonly keys: readonly CounterKey[] };
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
  /** Some nodes of several passes, which is less work; differentiable in the variables. */
  encodeRows(requests: readonly RowRequest[]): EncodedRows;
}
