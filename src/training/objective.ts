/**
 * The joint objective of one step and its gradients:
 *
 *   total = w_main · main + w_contrastive · (InfoNCE users + InfoNCE items)
 *         + w_prototypes · (swapped prediction of users + of items, or of user ↔ item) + w_l2 · L2
 *
 * A part with weight 0 is not computed. Passes through the encoder are shared: views that are `identity` reuse the main
 * pass, and `cross-layer` needs a single pass for everything.
 */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../core/rng.js';
import type { EncodedNodes } from '../encoders/index.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { type BipartiteCsr, itemDegrees } from '../graph/bipartite-csr.js';
import { bpr, embeddingL2, inBatchSoftmax } from '../losses/index.js';
import { drawCandidates, maskedCandidates, NEGATIVE_SOURCES, type PositiveBatch } from '../negatives/index.js';
import { l2Normalize, lookup } from '../ops/index.js';
import { type DrawnView, drawView, type ViewOptions } from '../views/index.js';
import type { RunConfig } from './config.js';
import type { Model } from './model.js';
import { contrastiveLoss, prototypeLoss, type ViewPair } from './view-losses.js';

/** Value of each part before weighting, and the weighted total. */
export interface LossParts {
  total: number;
  main?: number;
  contrastive?: number;
  prototypes?: number;
  l2?: number;
}

export interface StepResult {
  readonly parts: LossParts;
  /** By variable name; the caller disposes them. */
  readonly gradients: Record<string, tf.Tensor>;
}

export class Objective {
  /** Of the whole training graph, for clean passes. */
  readonly adjacency: ReturnType<typeof normalizedAdjacency>;
  private readonly sources;
  private readonly drawnViews = new Map<string, { key: string; view: DrawnView }>();

  constructor(
    private readonly config: RunConfig,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
  ) {
    this.adjacency = normalizedAdjacency(graph);
    const { main } = config.losses;
    const numDraws = main.name === 'in-batch-softmax' ? main.extraNegatives : 0;
    const context = { itemDegrees: itemDegrees(graph), numDraws };
    this.sources = [NEGATIVE_SOURCES['in-batch'](context)];
    if (numDraws > 0) this.sources.push(NEGATIVE_SOURCES.uniform(context));
  }

  /** @param step 1 at the first update; all randomness of the step follows from (seed, epoch, step) */
  compute(batch: PositiveBatch, epoch: number, step: number): StepResult {
    const parts: LossParts = { total: 0 };
    const { value, grads } = tf.variableGrads(
      () => this.total(batch, epoch, step, parts),
      Object.values(this.model.variables),
    );
    value.dispose();
    const named = Object.entries(this.model.variables).map(([name, variable]) => [name, grads[variable.name]]);
    return { parts, gradients: Object.fromEntries(named.filter(([, gradient]) => gradient)) };
  }

  private total(batch: PositiveBatch, epoch: number, step: number, parts: LossParts): tf.Scalar {
    const { losses, views } = this.config;
    const crossLayer = views.pairing === 'cross-layer';
    const main = this.model.encoder.encode(
      crossLayer ? this.draw('first', views.first, epoch, step) : { adjacency: this.adjacency },
    );
    const weighted: tf.Scalar[] = [];
    const add = (name: 'main' | 'contrastive' | 'prototypes' | 'l2', weight: number, loss: tf.Scalar): void => {
      parts[name] = loss.dataSync()[0];
      weighted.push(tf.mul(loss, weight));
    };
    const regularised = [batch.userIndex, this.itemNodes(batch.itemIndex)];
    if (losses.main.weight > 0) {
      add('main', losses.main.weight, this.mainLoss(batch, main.final, step, regularised));
    }
    const { contrastive, prototypes } = losses;
    if (contrastive.weight > 0 || prototypes.weight > 0) {
      const needsViews = contrastive.weight > 0 || prototypes.name === 'swav';
      const pair = needsViews ? this.viewPair(batch, main, epoch, step) : undefined;
      if (contrastive.weight > 0) add('contrastive', contrastive.weight, contrastiveLoss(pair!, contrastive));
      if (prototypes.weight > 0) {
        add(
          'prototypes',
          prototypes.weight,
          prototypeLoss(this.model, prototypes, pair, main.final, batch, this.graph),
        );
      }
    }
    if (losses.l2.weight > 0) {
      const ego = this.model.encoder.ego as unknown as tf.Tensor2D;
      const rows = regularised.map((nodes) => lookup(ego, nodes));
      add('l2', losses.l2.weight, embeddingL2(rows, batch.userIndex.length));
    }
    const total = tf.addN(weighted) as tf.Scalar;
    parts.total = total.dataSync()[0];
    return total;
  }

  /** Adds the drawn negatives' nodes to `regularised`. */
  private mainLoss(batch: PositiveBatch, nodes: tf.Tensor2D, step: number, regularised: Int32Array[]): tf.Scalar {
    const options = this.config.losses.main;
    const rng = Rng.of(this.config.seed, 'negatives', step);
    const shape = (rows: tf.Tensor2D) => (options.similarity === 'cosine' ? l2Normalize(rows) : rows);
    const users = shape(lookup(nodes, batch.userIndex));
    if (options.name === 'bpr') {
      const numDraws = batch.userIndex.length * options.numNegatives;
      const source = NEGATIVE_SOURCES.uniform({ itemDegrees: new Int32Array(this.graph.numItems), numDraws });
      const negatives = this.itemNodes(source.draw(batch, rng));
      regularised.push(negatives);
      return bpr(users, shape(lookup(nodes, this.itemNodes(batch.itemIndex))), shape(lookup(nodes, negatives)));
    }
    const { ids, logQ } = drawCandidates(this.sources, batch, rng);
    return inBatchSoftmax(users, shape(lookup(nodes, this.itemNodes(ids))), {
      temperature: options.temperature,
      logQ: options.logQ === 'frequency' ? logQ : undefined,
      masked: maskedCandidates(this.graph, batch, ids, {
        accidentalHits: options.accidentalHits === 'remove',
        falseNegatives: options.falseNegatives === 'remove',
      }),
    });
  }

  private viewPair(batch: PositiveBatch, main: EncodedNodes, epoch: number, step: number): ViewPair {
    const { views } = this.config;
    const encoded = (slot: 'first' | 'second'): tf.Tensor2D => {
      if (views[slot].name === 'identity') return main.final;
      return this.model.encoder.encode(this.draw(slot, views[slot], epoch, step)).final;
    };
    const [first, second] =
      views.pairing === 'cross-layer'
        ? [main.final, main.layers[views.contrastLayer]]
        : [encoded('first'), encoded('second')];
    return {
      first,
      second,
      numUsers: this.graph.numUsers,
      numItems: this.graph.numItems,
      users: distinct(batch.userIndex),
      items: distinct(batch.itemIndex),
    };
  }

  private draw(slot: string, options: ViewOptions, epoch: number, step: number): DrawnView {
    const perEpoch = this.config.views.redraw === 'epoch' && options.name !== 'embedding-noise';
    const key = perEpoch ? `epoch ${epoch}` : `step ${step}`;
    const drawn = this.drawnViews.get(slot);
    if (drawn?.key === key) return drawn.view;
    const context = { graph: this.graph, adjacency: this.adjacency, numLayers: this.model.encoder.numLayers };
    const view = drawView(context, options, Rng.of(this.config.seed, 'view', slot, key));
    this.drawnViews.set(slot, { key, view });
    return view;
  }

  private itemNodes(items: Int32Array): Int32Array {
    return items.map((item) => item + this.graph.numUsers);
  }
}

/** Distinct values, ascending. */
function distinct(values: Int32Array): Int32Array {
  return Int32Array.from(new Set(values)).sort();
}
