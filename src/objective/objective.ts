/**
 * The joint objective of one step and its gradients:
 *
 *   total = w_main · main + w_auxiliary · auxiliary + w_contrastive · (contrast of users + of items)
 *         + w_prototypes · (prototypes of users + of items, or of user ↔ item) + w_l2 · L2
 *
 * A step is drawn (negatives, nodes, passes), encoded (all passes at once, for the rows that the losses ask for), compared
 * (a part a loss) and derived. What is drawn follows from (seed, epoch, step), so a step can be made again.
 */
import { choosePropagation, type Propagation } from '../config/propagation.js';
import type { RunConfig } from '../config/run-config.js';
import type { Adjacency } from '../graph/adjacency.js';
import { type BipartiteCsr, itemDegrees } from '../graph/bipartite-csr.js';
import type { SourceContext } from '../negatives/index.js';
import type { Embeddings } from '../retrieval/recommender.js';
import type { StateArray } from '../runs/state-file.js';
import { EpochFits } from './epoch-fits.js';
import type { Model } from './model.js';
import type { ReadingName } from './parts/part.js';
import { StepParts } from './parts/step-parts.js';
import { type PrototypeSets, prototypeName, SIDES, trainedPrototypes } from './prototypes.js';
import type { DrawnStep } from './step/drawn-step.js';
import { mineAhead } from './step/mine-ahead.js';
import { NeighbourDraws } from './step/neighbour-draws.js';
import type { StepContext } from './step/step-context.js';
import { readParts, stepGradients } from './step/step-gradients.js';
import { StepNegatives } from './step/step-negatives.js';
import { stepNodes } from './step/step-nodes.js';
import { StepPasses } from './step/step-passes.js';
import type { StepResult } from './step/step-result.js';
import { encodeStep } from './step/step-rows.js';
import { StepViews } from './step/step-views.js';
import { taughtItems } from './step/taught-items.js';

export interface Served {
  readonly embeddings: Embeddings;
  /** By their names in `best.state`. */
  readonly prototypes: PrototypeSets;
}

export class Objective {
  readonly propagation: Propagation;
  readonly views: StepViews;
  private readonly passes: StepPasses;
  private readonly negatives: StepNegatives;
  private readonly fits: EpochFits;
  private readonly neighbours?: NeighbourDraws;
  private readonly parts: StepParts;

  constructor(
    private readonly config: RunConfig,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
    context: SourceContext = { graph, itemDegrees: itemDegrees(graph), seed: config.seed },
  ) {
    this.propagation = choosePropagation(config, graph, model.registries);
    this.views = new StepViews(config, graph, model);
    this.passes = new StepPasses(config, graph, model, this.views, this.propagation);
    this.fits = new EpochFits(config.seed, graph, model, this.views);
    this.negatives = new StepNegatives(config, model, this.views, context);
    const { contrastive } = model.losses;
    const numNeighbors = contrastive?.row.neighbours?.(contrastive.options);
    if (numNeighbors !== undefined) this.neighbours = new NeighbourDraws(graph, numNeighbors, config.seed);
    this.parts = new StepParts(config, graph, model, this.fits);
  }

  /** Losses and gradients of a step; changes no variable. The caller disposes the gradients. */
  async compute(context: StepContext): Promise<StepResult> {
    const step = this.draw(context);
    const { block } = step.passes;
    await mineAhead(step, this.config.losses.main.similarity);
    const variables = { ...this.model.variables, ...(block && { embedding: block.table }) };
    const computed = stepGradients(variables, () => {
      const rows = encodeStep(step, this.config, this.model);
      return this.parts.compute(step, rows);
    });
    const parts = await readParts(computed);
    block?.table.dispose();
    return {
      parts,
      gradients: computed.gradients,
      rows: block ? { embedding: block.rows } : {},
      negatives: await computed.probe?.report(context.batch, this.graph),
    };
  }

  private draw(context: StepContext): DrawnStep {
    const { batch } = context;
    const negatives = this.negatives.draw(context);
    const attributes = this.model.regularisedAttributes;
    const taught = taughtItems(this.config, this.model.teacher, context.step);
    const neighbours = this.neighbours?.draw(batch, context.step);
    const drawn = negatives.main;
    const nodes = stepNodes({ batch, drawn, neighbours, taught, graph: this.graph, attributes });
    const passes = this.passes.draw(context, nodes.asked);
    return { ...context, negatives, nodes, neighbours, passes };
  }

  /** Fits what is fixed during an epoch; the same for the same weights. */
  async beginEpoch(epoch: number): Promise<void> {
    await this.fits.beginEpoch(epoch);
  }

  /** Before the step after `done` ones: negative sources that follow the training bring themselves up to date. */
  async prepare(done: number): Promise<void> {
    await this.negatives.prepare(done);
  }

  /** After the update of a step. */
  async finishStep(context: Pick<StepContext, 'batch'>): Promise<void> {
    await this.negatives.finish(context);
  }

  /** What a checkpoint keeps beside weights and moments. */
  async state(): Promise<Record<string, StateArray>> {
    return { ...this.fits.state(), ...(await this.negatives.state()) };
  }

  /** @param done steps made by the checkpoint */
  restore(arrays: Readonly<Record<string, StateArray>>, done: number): void {
    this.fits.restore(arrays);
    this.negatives.restore(arrays, done);
  }

  /** What the weights are selected and kept by: embeddings as they are served, and the prototypes beside them. */
  async served(): Promise<Served> {
    const embeddings = await this.model.embeddings(this.adjacency);
    return { embeddings, prototypes: await this.prototypeSets() };
  }

  /** A sentence on what an epoch's mean readings say is wrong. */
  warningOf({ codeImbalance }: Readonly<Partial<Record<ReadingName, number>>>): string | undefined {
    const { prototypes } = this.model.losses;
    if (codeImbalance === undefined || prototypes === undefined) return undefined;
    return prototypes.row.imbalanceWarning?.(codeImbalance, prototypes.options);
  }

  dispose(): void {
    this.negatives.dispose();
  }

  /** Of the whole training graph, for clean passes. */
  get adjacency(): Adjacency {
    return this.views.whole;
  }

  /** Trained prototypes, or the centroids of clusters. */
  private async prototypeSets(): Promise<PrototypeSets> {
    const sets: { -readonly [Name in keyof PrototypeSets]: PrototypeSets[Name] } = {};
    for (const side of SIDES) {
      const set = (await trainedPrototypes(this.model.variables, side)) ?? this.fits.prototypeSet(side);
      if (set) sets[prototypeName(side)] = set;
    }
    return sets;
  }
}
