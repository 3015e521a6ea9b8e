/** What a contrastive loss gets of one side: the batch's users, or its items, under two views. */
import type { Tensor2D } from '@tensorflow/tfjs';

/** Unit rows, looked up when first asked for; behind the projection head where there is one. */
export interface ContrastedViews {
  /** Of the batch's nodes, distinct, `[numNodes, dim]`. */
  readonly first: Tensor2D;
  /** Of the same nodes, `[numNodes, dim]`. */
  readonly second: Tensor2D;
  /** Of every node of the side under the second view; only for a loss whose row says `everyNode`. */
  readonly every: EveryNode;
  /** Of the batch's pairs one by one; only for a loss whose row says `neighbours`. */
  readonly paired: PairedViews;
}

/** What a side's nodes of the batch's pairs are compared with, repeats included. */
export interface PairedViews {
  /** The nodes themselves under the first view, `[batchSize, dim]`. */
  readonly own: Tensor2D;
  /** The other node of each pair, likewise. */
  readonly partners: Tensor2D;
  /** One of the nodes of the side that are most alike, likewise. */
  readonly neighbours: Tensor2D;
  /** Users of all pairs, then items, under the second view, `[2 · batchSize, dim]`. */
  readonly candidates: Tensor2D;
  /** Which of them each node is, `[batchSize]`. */
  readonly anchors: Int32Array;
}

export interface EveryNode {
  /** `[numNodesOfSide, dim]`. */
  readonly rows: Tensor2D;
  /** Which of them each of the batch's nodes is, `[numNodes]`. */
  readonly own: Int32Array;
}
