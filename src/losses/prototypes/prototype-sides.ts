/** What a prototype loss gets of the batch's users and of its items, and what it gives back. */
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';
import type { Clusters } from './k-means.js';

export interface PrototypeSides {
  readonly users: PrototypeSide;
  readonly items: PrototypeSide;
}

/** Rows are of unit length and looked up when first asked for. */
export interface PrototypeSide {
  /** Of the main pass, one a positive: row i of the users belongs to row i of the items, `[batchSize, dim]`. */
  readonly rows: Tensor2D;
  /** Which user, or item, each of `rows` is, `[batchSize]`. */
  readonly index: Int32Array;
  /** Of the batch's distinct nodes, each `[numNodes, dim]`; only for a loss that compares views. */
  readonly views: { readonly first: Tensor2D; readonly second: Tensor2D };
  /** Trained prototypes, of any length, `[numPrototypes, dim]`; absent where the loss trains none of this side. */
  readonly prototypes?: Tensor2D;
  /** Of all nodes of the side; absent before the first fit. */
  readonly clusters?: Clusters;
}

export interface PrototypePart {
  readonly loss: Scalar;
  /** Of codes by Sinkhorn-Knopp: worst relative deviation from equal shares of the prototypes. */
  readonly columnError?: Scalar;
}
