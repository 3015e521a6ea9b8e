/** The batch's users, or its items, under the two views that the self-supervised parts compare. */
import type * as tf from '@tensorflow/tfjs';
import { concatInt32 } from '../../core/concat-int32.js';
import { distinctInt32 } from '../../core/distinct-int32.js';
import type { Rng } from '../../core/rng.js';
import type { NodeRows } from '../../encoders/index.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { ContrastedViews, EveryNode, PairedViews, ProjectionHead } from '../../losses/index.js';
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
    /** Of the pairs of the batch. */
    private readonly pairs: SidePairs,
  ) {}

  /** The same views of at most so many of the nodes. */
  sample(most: number, rng: Rng): ViewSide {
    if (most >= this.nodes.length) return this;
    const some = featureBatch(this.nodes.length, most, rng).map((at) => this.nodes[at]);
    return new ViewSide(this.views, some, this.start, this.count, this.pairs);
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

  /** Rows of the pairs' nodes, partners and neighbours under the first view, and of all pairs' nodes under the second. */
  pairedRows(): Record<'own' | 'partners' | 'neighbours' | 'candidates', tf.Tensor2D> {
    const { own, partners, neighbours, candidates } = this.pairs;
    const { first, second } = this.views;
    // a loss that does not say `neighbours` does not get here
    return {
      own: first(own),
      partners: first(partners),
      neighbours: first(neighbours!),
      candidates: second(candidates),
    };
  }

  /** Which of the candidates each node of the pairs is, `[batchSize]`. */
  get anchors(): Int32Array {
    const { own, candidates } = this.pairs;
    return own.map((_, at) => (this.start === 0 ? at : candidates.length - own.length + at));
  }

  /** Rows of every node of the side under the second view, `[count, embeddingDim]`. */
  everyRow(): tf.Tensor2D {
    return this.views.second(Int32Array.from({ length: this.count }, (_, i) => this.start + i));
  }
}

/** Nodes of the batch's pairs as a side sees them. */
interface SidePairs {
  /** Of the side, `[batchSize]`. */
  readonly own: Int32Array;
  /** Of the other side, `[batchSize]`. */
  readonly partners: Int32Array;
  /** Drawn for the contrastive loss, `[batchSize]`. */
  readonly neighbours?: Int32Array;
  /** Users of all pairs, then items, `[2 · batchSize]`. */
  readonly candidates: Int32Array;
}

export interface ViewPair {
  readonly users: ViewSide;
  readonly items: ViewSide;
}

export function viewPair(
  { nodes: { users, items }, neighbours }: DrawnStep,
  views: Readonly<Record<View, NodeRows>>,
  { numUsers, numItems }: Pick<BipartiteCsr, 'numUsers' | 'numItems'>,
): ViewPair {
  const candidates = concatInt32([users, items]);
  const ofUsers = { own: users, partners: items, neighbours: neighbours?.users, candidates };
  const ofItems = { own: items, partners: users, neighbours: neighbours?.items, candidates };
  return {
    users: new ViewSide(views, distinctInt32(users), 0, numUsers, ofUsers),
    items: new ViewSide(views, distinctInt32(items), numUsers, numItems, ofItems),
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

  get paired(): PairedViews {
    const unit = (rows: tf.Tensor2D): tf.Tensor2D => l2Normalize(this.head ? this.head.project(rows) : rows);
    const { own, partners, neighbours, candidates } = this.side.pairedRows();
    return {
      own: unit(own),
      partners: unit(partners),
      neighbours: unit(neighbours),
      candidates: unit(candidates),
      anchors: this.side.anchors,
    };
  }

  private rows(view: View): tf.Tensor2D {
    if (!this.head) return this.side.rows(view);
    this.projected[view] ??= l2Normalize(this.head.project(this.side.raw(view)));
    return this.projected[view];
  }
}
