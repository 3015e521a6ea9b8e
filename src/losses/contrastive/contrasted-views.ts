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
}

export interface EveryNode {
  /** `[numNodesOfSide, dim]`. */
  readonly rows: Tensor2D;
  /** Which of them each of the batch's nodes is, `[numNodes]`. */
  readonly own: Int32Array;
}
