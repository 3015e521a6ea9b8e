/** The self-supervised parts of the joint objective: what two encoded views of the batch's nodes are asked to agree on. */
import * as tf from '@tensorflow/tfjs';
import type { NodeRows } from '../encoders/index.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import {
  type ContrastiveOptions,
  diagonal,
  infoNce,
  type PrototypeOptions,
  type SwappedPrediction,
  swappedPrediction,
} from '../losses/index.js';
import type { PositiveBatch } from '../negatives/index.js';
import { l2Normalize } from '../ops/index.js';
import type { Model } from './model.js';

/** The batch's users, or its items, under both views, as unit rows that are looked up once. */
export class ViewSide {
  private readonly unit: Partial<Record<'first' | 'second', tf.Tensor2D>> = {};

  /**
   * @param nodes distinct, ascending
   * @param start first node of the side
   * @param count nodes of the side
   */
  constructor(
    private readonly views: Readonly<Record<'first' | 'second', NodeRows>>,
    readonly nodes: Int32Array,
    readonly start: number,
    readonly count: number,
  ) {}

  /** Unit rows of `nodes`, `[nodes.length, embeddingDim]`. */
  rows(view: 'first' | 'second'): tf.Tensor2D {
    this.unit[view] ??= l2Normalize(this.views[view](this.nodes));
    return this.unit[view];
  }

  /** Unit rows of every node of the side under the second view, `[count, embeddingDim]`. */
  everyRow(): tf.Tensor2D {
    return l2Normalize(this.views.second(Int32Array.from({ length: this.count }, (_, i) => this.start + i)));
  }
}

export interface ViewPair {
  readonly users: ViewSide;
  readonly items: ViewSide;
}

/** InfoNCE over users plus InfoNCE over items. */
export function contrastiveLoss(pair: ViewPair, { candidates, temperature }: ContrastiveOptions): tf.Scalar {
  const side = (of: ViewSide): tf.Scalar => {
    const anchors = of.rows('first');
    if (candidates === 'in-batch') {
      return infoNce(anchors, of.rows('second'), diagonal(of.nodes.length), temperature);
    }
    const positive = of.nodes.map((node) => node - of.start);
    return infoNce(anchors, of.everyRow(), positive, temperature);
  };
  return tf.add(side(pair.users), side(pair.items));
}

/** Swapped prediction: `swav` over both sides of a view pair, `concat` between the batch's users and their items. */
export function prototypeLoss(
  model: Model,
  options: PrototypeOptions,
  pair: ViewPair | undefined,
  rows: NodeRows,
  batch: PositiveBatch,
  graph: BipartiteCsr,
): SwappedPrediction {
  const itemPrototypes = model.itemPrototypes as unknown as tf.Tensor2D;
  if (options.name === 'concat' || pair === undefined) {
    const users = l2Normalize(rows(batch.userIndex));
    const items = l2Normalize(rows(itemNodes(batch.itemIndex, graph.numUsers)));
    return swappedPrediction(users, items, itemPrototypes, options);
  }
  const side = (of: ViewSide, prototypes: tf.Tensor2D): SwappedPrediction =>
    swappedPrediction(of.rows('first'), of.rows('second'), prototypes, options);
  const users = side(pair.users, model.userPrototypes as unknown as tf.Tensor2D);
  const items = side(pair.items, itemPrototypes);
  return { loss: tf.add(users.loss, items.loss), columnError: Math.max(users.columnError, items.columnError) };
}

function itemNodes(items: Int32Array, numUsers: number): Int32Array {
  return items.map((item) => item + numUsers);
}
