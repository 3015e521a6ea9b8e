/** The batch's users, or its items, under the two views that the self-supervised parts compare. */
import type * as tf from '@tensorflow/tfjs';
import { distinctInt32 } from '../../core/distinct-int32.js';
import type { Rng } from '../../core/rng.js';
import type { NodeRows } from '../../encoders/index.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { ContrastedViews, EveryNode, ProjectionHead } from '../../losses/index.js';
import { l2Normalize } from '../../ops/index.js';
import type { DrawnStep } from '../step/drawn-step.js';
import { featureBatch } from '../step/feature-batch.js';

type View = 'first' | 'second';

/** Rows are looked up when first asked for, and once. */
export class ViewSide {
  private readonly looked: Partial<Record<View, tf.Tensor2D>> = {};
  private readonly unit: Partial<Record<View, tf.Tensor2D>> = {};

  /**
   * @param nodes distinct, ascending
   * @param start first node of the side
   * @param count nodes of the side
   */
  constructor(
    private readonly views: Readonly<Record<View, NodeRows>>,
    readonly nodes: Int32Array,
    readonly start: number,
    readonly count: number,
  ) {}

  /** The same views of at most so many of the nodes. */
  sample(most: number, rng: Rng): ViewSide {
    if (most >= this.nodes.length) return this;
    const some = featureBatch(this.nodes.length, most, rng).map((at) => this.nodes[at]);
    return new ViewSide(this.views, some, this.start, this.count);
  }

  /** Rows of `nodes`, `[nodes.length, embeddingDim]`. */
  raw(view: View): tf.Tensor2D {
    this.looked[view] ??= this.views[view](this.nodes);
    return this.looked[view];
  }

  /** The same at unit length. */
  rows(view: View): tf.Tensor2D {
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

export function viewPair(
  { nodes }: DrawnStep,
  views: Readonly<Record<View, NodeRows>>,
  { numUsers, numItems }: Pick<BipartiteCsr, 'numUsers' | 'numItems'>,
): ViewPair {
  return {
    users: new ViewSide(views, distinctInt32(nodes.users), 0, numUsers),
    items: new ViewSide(views, distinctInt32(nodes.items), numUsers, numItems),
  };
}

/** A side as a contrastive loss sees it: unit rows, behind the head where there is one. */
export class ContrastedSide implements ContrastedViews {
  private readonly projected: Partial<Record<View, tf.Tensor2D>> = {};

  constructor(
    private readonly side: ViewSide,
    private readonly head?: ProjectionHead,
  ) {}

  get first(): tf.Tensor2D {
    return this.rows('first');
  }

  get second(): tf.Tensor2D {
    return this.rows('second');
  }

  get every(): EveryNode {
    const { nodes, start } = this.side;
    const rows = this.side.everyRow();
    const projected = this.head ? this.head.project(rows) : rows;
    return { rows: l2Normalize(projected), own: nodes.map((node) => node - start) };
  }

  private rows(view: View): tf.Tensor2D {
    if (!this.head) return this.side.rows(view);
    this.projected[view] ??= l2Normalize(this.head.project(this.side.raw(view)));
    return this.projected[view];
  }
}
