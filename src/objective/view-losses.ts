/** The self-supervised parts of the joint objective: what two encoded views of the batch's nodes are asked to agree on. */
import * as tf from '@tensorflow/tfjs';
import type { NodeRows } from '../encoders/index.js';
import {
  type ContrastiveOptions,
  dcl,
  diagonal,
  infoNce,
  ntXent,
  type ProjectionHead,
  type Temperature,
} from '../losses/index.js';
import { l2Normalize } from '../ops/index.js';

/** The batch's users, or its items, under both views, looked up once. */
export class ViewSide {
  private readonly looked: Partial<Record<'first' | 'second', tf.Tensor2D>> = {};
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

  /** Rows of `nodes`, `[nodes.length, embeddingDim]`. */
  raw(view: 'first' | 'second'): tf.Tensor2D {
    this.looked[view] ??= this.views[view](this.nodes);
    return this.looked[view];
  }

  /** The same at unit length. */
  rows(view: 'first' | 'second'): tf.Tensor2D {
    this.unit[view] ??= l2Normalize(this.raw(view));
    return this.unit[view];
  }

  /** Rows of every node of the side under the second view, `[count, embeddingDim]`. */
  everyRow(): tf.Tensor2D {
    return this.views.second(Int32Array.from({ length: this.count }, (_, i) => this.start + i));
  }
}

export interface ViewPair {
  readonly users: ViewSide;
  readonly items: ViewSide;
}

/** The contrastive loss by name, over users plus over items. */
export function contrastiveLoss(
  pair: ViewPair,
  options: ContrastiveOptions,
  temperature: Temperature,
  head?: ProjectionHead,
): tf.Scalar {
  const compared = (of: ViewSide, view: 'first' | 'second'): tf.Tensor2D =>
    head ? l2Normalize(head.project(of.raw(view))) : of.rows(view);
  const side = (of: ViewSide): tf.Scalar => {
    const anchors = compared(of, 'first');
    switch (options.name) {
      case 'nt-xent':
        return ntXent(anchors, compared(of, 'second'), temperature);
      case 'dcl':
        return dcl(anchors, compared(of, 'second'), temperature);
      case 'info-nce': {
        if (options.candidates === 'in-batch') {
          return infoNce(anchors, compared(of, 'second'), diagonal(of.nodes.length), temperature);
        }
        const every = of.everyRow();
        const positive = of.nodes.map((node) => node - of.start);
        return infoNce(anchors, l2Normalize(head ? head.project(every) : every), positive, temperature);
      }
    }
  };
  return tf.add(side(pair.users), side(pair.items));
}
