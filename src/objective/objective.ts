/**
 * The joint objective of one step and its gradients:
 *
 *   total = w_main · main + w_auxiliary · auxiliary + w_contrastive · (contrast of users + of items)
 *         + w_prototypes · (prototypes of users + of items, or of user ↔ item) + w_l2 · L2
 *
 * A part with weight 0 is not computed. Passes through the encoder are shared (views that are `identity` reuse the main
 * pass, as `self` does; `cross-layer` needs a single pass for everything), and all passes are asked at once for the batch's rows only.
 */
import * as tf from '@tensorflow/tfjs';
import { usesViews } from '../config/active-parts.js';
import { choosePropagation, type Propagation } from '../config/propagation.js';
import type { RunConfig } from '../config/run-config.js';
import { Rng } from '../core/rng.js';
import type { Adjacency } from '../graph/adjacency.js';
import { attributesOf } from '../graph/attribute-nodes.js';
import { type BipartiteCsr, itemDegrees } from '../graph/bipartite-csr.js';
import { embeddingL2, LOSSES, type Temperature } from '../losses/index.js';
import { type DrawnCandidates, NegativeSampler, type PositiveBatch, type SourceContext } from '../negatives/index.js';
import type { StateArray } from '../runs/state-file.js';
import { EpochFits } from './epoch-fits.js';
import { mainLoss } from './main-loss.js';
import { mineAhead } from './mine-ahead.js';
import { type Model, readVariables, writeVariables } from './model.js';
import type { NegativeProbe } from './negative-probe.js';
import { prototypeLoss } from './prototype-losses.js';
import { type SampledStep, SampledSteps } from './sampled-step.js';
import type { LossParts, StepResult } from './step-result.js';
import {
  distinct,
  type EncodeRows,
  encodeMain,
  encodeStep,
  type StepNodes,
  type StepPasses,
  type StepRows,
} from './step-rows.js';
import { StepViews, type ViewSlot } from './step-views.js';
import { StoredNegatives } from './stored-negatives.js';
import { stepTemperature, type TemperedPart, temperatureOptions, temperatureScalar } from './temperatures.js';
import { contrastiveLoss, type ViewPair, ViewSide } from './view-losses.js';

/** Asks for rows of a step's passes, over the graph or a sampled block. */
type Ask<Asked> = <Pass>(passes: StepPasses<Pass>, encodeRows: EncodeRows<Pass>) => Asked;

export class Objective {
  /** What depends on the weights at the beginning of an epoch. */
  readonly fits: EpochFits;
  readonly propagation: Propagation;
  readonly views: StepViews;
  private readonly sampled?: SampledSteps;
  private readonly sampler?: NegativeSampler;
  private readonly auxiliarySampler?: NegativeSampler;
  private readonly stored?: StoredNegatives;

  constructor(
    private readonly config: RunConfig,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
    context: SourceContext = { graph, itemDegrees: itemDegrees(graph), seed: config.seed },
  ) {
    this.propagation = choosePropagation(config, graph);
    this.views = new StepViews(config, graph, model);
    if (this.propagation.mode === 'sampled') {
      this.sampled = new SampledSteps(
        this.adjacency,
        graph.itemEdges,
        model.encoder,
        this.propagation.fanOut,
        config.seed,
      );
    }
    this.fits = new EpochFits(config, graph, model, () => this.adjacency);
    const { main, auxiliary } = config.losses;
    if (auxiliary.weight > 0 && LOSSES[auxiliary.name].negatives === 'softmax') {
      // the batch alone: sources are about the main loss
      const alone = { ...config.negatives, sources: undefined, frequency: { name: 'exact' as const } };
      this.auxiliarySampler = new NegativeSampler(alone, 'softmax', context);
    }
    const use = LOSSES[main.name].negatives;
    if (main.weight === 0 || use === 'none') return;
    this.sampler = new NegativeSampler(config.negatives, use, context);
    const { stored } = this.sampler;
    if (stored.length > 0) {
      this.stored = new StoredNegatives(stored, config, model.encoder, this.adjacency, graph.numUsers);
    }
  }

  /** Before the step after `done` ones: negative sources that follow the training bring themselves up to date. */
  async prepare(done: number): Promise<void> {
    await this.sampler?.prepare(done, async () => {
      const { embeddingDim, users, items } = await this.model.embeddings(this.adjacency);
      return { dim: embeddingDim, users, items };
    });
  }

  /** After the update of a step. */
  async finishStep(batch: PositiveBatch): Promise<void> {
    await this.stored?.push(batch);
  }

  /** What a checkpoint keeps beside weights and moments. */
  async state(): Promise<Record<string, StateArray>> {
    return {
      ...this.fits.state(),
      ...this.sampler?.state(),
      ...(this.stored && (await readVariables(this.stored.variables))),
    };
  }

  /** @param done steps made by the checkpoint */
  restore(arrays: Readonly<Record<string, StateArray>>, done: number): void {
    this.fits.restore(arrays);
    this.sampler?.restore(arrays, done);
    if (this.stored) writeVariables(this.stored.variables, arrays);
  }

  dispose(): void {
    this.sampler?.dispose();
    this.stored?.dispose();
  }

  /** Of the whole training graph, for clean passes. */
  get adjacency(): Adjacency {
    return this.views.whole;
  }

  /**
   * @param step 1 at the first update; all randomness of the step follows from (seed, epoch, step)
   * @param longestStall most validations in a row without improvement so far; some negative sources wait for it
   * @param probing whether to report on the negative sources, which costs a second main loss
   */
  async compute(
    batch: PositiveBatch,
    epoch: number,
    step: number,
    longestStall = 0,
    probing = false,
  ): Promise<StepResult> {
    const parts: LossParts = { total: 0 };
    const scalars: [keyof LossParts, tf.Scalar][] = [];
    const drawn = this.sampler?.draw(batch, step, Rng.of(this.config.seed, 'negatives', step), longestStall);
    const alone = this.auxiliarySampler?.draw(batch, step, Rng.of(this.config.seed, 'auxiliary', step));
    const nodes = this.nodesOf(batch, drawn);
    const sampled = this.sampled?.begin(nodes.all, step);
    const variables = { ...this.model.variables, ...(sampled && { embedding: sampled.local }) };
    const encode = <Asked>(ask: Ask<Asked>): Asked => this.encode(sampled, epoch, step, ask);
    await mineAhead(drawn, this.config.losses.main, batch.userIndex, this.itemNodes(batch.itemIndex), () =>
      encode((passes, encodeRows) => encodeMain(encodeRows, passes, nodes)),
    );
    const rows = () => encode((passes, encodeRows) => encodeStep(encodeRows, this.config, passes, nodes));
    const probes: NegativeProbe[] = [];
    const onProbe = probing ? (probe: NegativeProbe) => probes.push(probe) : undefined;
    const { value, grads } = tf.variableGrads(
      () => this.total(batch, step, { drawn, alone }, rows, scalars, onProbe),
      Object.values(variables),
    );
    scalars.push(['total', value]);
    // read at once and last: a read waits for the device
    const stacked = tf.tidy(() => tf.stack(scalars.map(([, loss]) => loss)));
    const values = await stacked.data();
    stacked.dispose();
    for (const [i, [name, loss]] of scalars.entries()) {
      parts[name] = values[i];
      loss.dispose();
    }
    const named = Object.entries(variables).map(([name, variable]) => [name, grads[variable.name]]);
    sampled?.local.dispose();
    return {
      parts,
      gradients: Object.fromEntries(named.filter(([, gradient]) => gradient)),
      rows: sampled ? { embedding: sampled.rows } : {},
      negatives: await probes[0]?.report(batch, this.graph),
    };
  }

  /** @param scalars receives every part, kept */
  private total(
    batch: PositiveBatch,
    step: number,
    { drawn, alone }: { readonly drawn?: DrawnCandidates; readonly alone?: DrawnCandidates },
    encode: () => StepRows,
    scalars: [keyof LossParts, tf.Scalar][],
    onProbe: ((probe: NegativeProbe) => void) | undefined,
  ): tf.Scalar {
    const { losses } = this.config;
    const { auxiliary, contrastive, prototypes } = losses;
    const rows = encode();
    const weighted: tf.Scalar[] = [];
    const add = (
      name: 'main' | 'auxiliary' | 'contrastive' | 'prototypes' | 'l2',
      weight: number,
      loss: tf.Scalar,
    ): void => {
      scalars.push([name, tf.keep(loss)]);
      weighted.push(tf.mul(loss, weight));
    };
    if (losses.main.weight > 0) {
      const temperature = this.temperature('main', step, batch.userIndex);
      const context = { drawn, batch, numUsers: this.graph.numUsers, rows: rows.main, temperature, onProbe };
      add('main', losses.main.weight, mainLoss(losses.main, context));
      scalars.push(...temperatureScalar(this.config, 'main', temperature));
    }
    if (auxiliary.weight > 0) {
      const temperature = this.temperature('auxiliary', step);
      const context = { drawn: alone, batch, numUsers: this.graph.numUsers, rows: rows.main, temperature };
      add('auxiliary', auxiliary.weight, mainLoss(auxiliary, context));
      scalars.push(...temperatureScalar(this.config, 'auxiliary', temperature));
    }
    const pair = usesViews(this.config) ? this.viewPair(batch, rows) : undefined;
    if (contrastive.weight > 0) {
      const temperature = this.temperature('contrastive', step)!;
      add('contrastive', contrastive.weight, contrastiveLoss(pair!, contrastive, temperature, this.model.head));
      scalars.push(...temperatureScalar(this.config, 'contrastive', temperature));
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
      if (part?.columnError) scalars.push(['codeImbalance', tf.keep(part.columnError)]);
    }
    if (losses.l2.weight > 0) {
      const regularised = [batch.userIndex, this.itemNodes(batch.itemIndex)];
      // of a softmax the candidates are too many and too alike to be regularised one by one
      if (drawn && LOSSES[losses.main.name].negatives === 'pairwise') regularised.push(this.itemNodes(drawn.items));
      const attributes = losses.l2.attributes ? this.model.attributes?.nodes : undefined;
      if (attributes) regularised.push(...regularised.map((entities) => attributesOf(attributes, entities)));
      add('l2', losses.l2.weight, embeddingL2(regularised.map(rows.ego), batch.userIndex.length));
    }
    return tf.addN(weighted) as tf.Scalar;
  }

  private temperature(part: TemperedPart, step: number, users?: Int32Array): Temperature | undefined {
    if (temperatureOptions(this.config, part) === undefined) return undefined;
    return stepTemperature(this.config, part, step, this.model.variables, this.fits.userTemperatures, users);
  }

  private nodesOf(batch: PositiveBatch, drawn: DrawnCandidates | undefined): StepNodes {
    const viewed = [batch.userIndex, this.itemNodes(batch.itemIndex)];
    const all = distinct(...viewed, this.itemNodes(drawn?.items ?? new Int32Array(0)));
    const attributes = this.config.losses.l2.attributes ? this.model.attributes?.nodes : undefined;
    return {
      numNodes: this.graph.numUsers + this.graph.numItems,
      all,
      regularised: attributes ? distinct(all, attributesOf(attributes, all)) : all,
      viewed: distinct(...viewed),
    };
  }

  private encode<Asked>(sampled: SampledStep | undefined, epoch: number, step: number, ask: Ask<Asked>): Asked {
    const { encoder } = this.model;
    if (sampled) {
      return ask(
        this.passes({}, (slot) => this.views.drawBlock(slot, epoch, step)),
        sampled.encodeRows,
      );
    }
    const passes = this.passes({ adjacency: this.adjacency }, (slot) => this.views.draw(slot, epoch, step));
    return ask(passes, (requests) => encoder.encodeRows(requests));
  }

  private passes<Pass>(clean: Pass, draw: (slot: ViewSlot) => Pass): StepPasses<Pass> {
    const { views } = this.config;
    const view = (slot: ViewSlot): Pass | undefined =>
      usesViews(this.config) && views[slot].name !== 'identity' ? draw(slot) : undefined;
    return views.pairing === 'cross-layer'
      ? { main: draw('first') }
      : { main: clean, first: view('first'), second: view('second') };
  }

  private viewPair(batch: PositiveBatch, rows: StepRows): ViewPair {
    const { numUsers, numItems } = this.graph;
    return {
      users: new ViewSide(rows, distinct(batch.userIndex), 0, numUsers),
      items: new ViewSide(rows, distinct(this.itemNodes(batch.itemIndex)), numUsers, numItems),
    };
  }

  private itemNodes(items: Int32Array): Int32Array {
    return items.map((item) => item + this.graph.numUsers);
  }
}
