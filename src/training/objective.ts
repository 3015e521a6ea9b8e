/**
 * The joint objective of one step and its gradients:
 *
 *   total = w_main · main + w_contrastive · (contrast of users + of items)
 *         + w_prototypes · (prototypes of users + of items, or of user ↔ item) + w_l2 · L2
 *
 * A part with weight 0 is not computed. Passes through the encoder are shared (views that are `identity` reuse the main
 * pass, `cross-layer` needs a single pass for everything), and all passes are asked at once for the batch's rows only.
 */
import * as tf from '@tensorflow/tfjs';
import { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { type BipartiteCsr, itemDegrees } from '../graph/bipartite-csr.js';
import { embeddingL2, LOSSES, type Temperature } from '../losses/index.js';
import { type DrawnCandidates, NegativeSampler, type PositiveBatch, type SourceContext } from '../negatives/index.js';
import { type DrawnView, drawView, type ViewOptions } from '../views/index.js';
import type { RunConfig } from './config.js';
import { EpochFits } from './epoch-fits.js';
import { mainLoss } from './main-loss.js';
import type { Model } from './model.js';
import { prototypeLoss } from './prototype-losses.js';
import { encodeStep, type StepRows } from './step-rows.js';
import { stepTemperature, type TemperedPart, temperatureOptions } from './temperatures.js';
import { contrastiveLoss, type ViewPair, ViewSide } from './view-losses.js';

/** Value of each part before weighting, and the weighted total. */
export interface LossParts {
  total: number;
  main?: number;
  contrastive?: number;
  prototypes?: number;
  /** Not a loss: how far the codes are from giving every prototype its equal share, 0 = exactly equal. */
  codeImbalance?: number;
  l2?: number;
  /** Not a loss: of the main loss, where it is not a fixed number; the mean where it differs by user. */
  temperature?: number;
}

export interface StepResult {
  readonly parts: LossParts;
  /** By variable name; the caller disposes them. */
  readonly gradients: Record<string, tf.Tensor>;
}

export class Objective {
  /** Of the whole training graph, for clean passes. */
  readonly adjacency: ReturnType<typeof normalizedAdjacency>;
  /** What depends on the weights at the beginning of an epoch. */
  readonly fits: EpochFits;
  private readonly sampler?: NegativeSampler;
  private readonly drawnViews = new Map<string, { key: string; view: DrawnView }>();

  constructor(
    private readonly config: RunConfig,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
    context: SourceContext = { graph, itemDegrees: itemDegrees(graph), seed: config.seed },
  ) {
    this.adjacency = normalizedAdjacency(graph);
    this.fits = new EpochFits(config, graph, model, this.adjacency);
    const { main } = config.losses;
    const use = LOSSES[main.name].negatives;
    if (main.weight > 0 && use !== 'none') this.sampler = new NegativeSampler(config.negatives, use, context);
  }

  /**
   * @param step 1 at the first update; all randomness of the step follows from (seed, epoch, step)
   * @param longestStall most validations in a row without improvement so far; some negative sources wait for it
   */
  compute(batch: PositiveBatch, epoch: number, step: number, longestStall = 0): StepResult {
    const parts: LossParts = { total: 0 };
    const { value, grads } = tf.variableGrads(
      () => this.total(batch, epoch, step, longestStall, parts),
      Object.values(this.model.variables),
    );
    value.dispose();
    const named = Object.entries(this.model.variables).map(([name, variable]) => [name, grads[variable.name]]);
    return { parts, gradients: Object.fromEntries(named.filter(([, gradient]) => gradient)) };
  }

  private total(batch: PositiveBatch, epoch: number, step: number, longestStall: number, parts: LossParts): tf.Scalar {
    const { losses } = this.config;
    const { contrastive, prototypes } = losses;
    const needsViews = contrastive.weight > 0 || (prototypes.weight > 0 && prototypes.name === 'swav');
    const drawn = this.sampler?.draw(batch, step, Rng.of(this.config.seed, 'negatives', step), longestStall);
    const rows = this.encode(batch, drawn, needsViews, epoch, step);
    const weighted: tf.Scalar[] = [];
    const add = (name: 'main' | 'contrastive' | 'prototypes' | 'l2', weight: number, loss: tf.Scalar): void => {
      parts[name] = loss.dataSync()[0];
      weighted.push(tf.mul(loss, weight));
    };
    if (losses.main.weight > 0) {
      const temperature = this.temperature('main', step, batch.userIndex);
      const context = { drawn, batch, numUsers: this.graph.numUsers, rows: rows.main, temperature };
      add('main', losses.main.weight, mainLoss(losses.main, context));
      const varies = typeof temperatureOptions(this.config, 'main') === 'object';
      if (varies)
        parts.temperature = typeof temperature === 'number' ? temperature : tf.mean(temperature!).dataSync()[0];
    }
    const pair = needsViews ? this.viewPair(batch, rows) : undefined;
    if (contrastive.weight > 0) {
      const temperature = this.temperature('contrastive', step)!;
      add('contrastive', contrastive.weight, contrastiveLoss(pair!, contrastive, temperature, this.model.head));
    }
    if (prototypes.weight > 0) {
      const { model, fits } = this;
      const part = prototypeLoss(prototypes, {
        model,
        fits,
        pair,
        rows: rows.main,
        batch,
        numUsers: this.graph.numUsers,
      });
      if (part) add('prototypes', prototypes.weight, part.loss);
      if (part?.columnError !== undefined) parts.codeImbalance = part.columnError;
    }
    if (losses.l2.weight > 0) {
      const regularised = [batch.userIndex, this.itemNodes(batch.itemIndex)];
      // of a softmax the candidates are too many and too alike to be regularised one by one
      if (drawn && LOSSES[losses.main.name].negatives === 'pairwise') regularised.push(this.itemNodes(drawn.items));
      add('l2', losses.l2.weight, embeddingL2(regularised.map(rows.ego), batch.userIndex.length));
    }
    const total = tf.addN(weighted) as tf.Scalar;
    parts.total = total.dataSync()[0];
    return total;
  }

  private temperature(part: TemperedPart, step: number, users?: Int32Array): Temperature | undefined {
    if (temperatureOptions(this.config, part) === undefined) return undefined;
    return stepTemperature(this.config, part, step, this.model.variables, this.fits.userTemperatures, users);
  }

  private encode(
    batch: PositiveBatch,
    drawn: DrawnCandidates | undefined,
    needsViews: boolean,
    epoch: number,
    step: number,
  ): StepRows {
    const { views } = this.config;
    const view = (slot: 'first' | 'second'): DrawnView | undefined =>
      needsViews && views[slot].name !== 'identity' ? this.draw(slot, views[slot], epoch, step) : undefined;
    const passes =
      views.pairing === 'cross-layer'
        ? { main: this.draw('first', views.first, epoch, step) }
        : { main: { adjacency: this.adjacency }, first: view('first'), second: view('second') };
    const viewed = [batch.userIndex, this.itemNodes(batch.itemIndex)];
    return encodeStep(this.model.encoder, this.config, passes, {
      numNodes: this.adjacency.numNodes,
      all: distinct(...viewed, this.itemNodes(drawn?.items ?? new Int32Array(0))),
      viewed: distinct(...viewed),
    });
  }

  private viewPair(batch: PositiveBatch, rows: StepRows): ViewPair {
    const { numUsers, numItems } = this.graph;
    return {
      users: new ViewSide(rows, distinct(batch.userIndex), 0, numUsers),
      items: new ViewSide(rows, distinct(this.itemNodes(batch.itemIndex)), numUsers, numItems),
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

/** Distinct values of all lists, ascending. */
function distinct(...lists: readonly Int32Array[]): Int32Array {
  const values = new Int32Array(lists.reduce((total, list) => total + list.length, 0));
  let at = 0;
  for (const list of lists) {
    values.set(list, at);
    at += list.length;
  }
  values.sort();
  let kept = 0;
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[i - 1]) values[kept++] = values[i];
  return values.slice(0, kept);
}
