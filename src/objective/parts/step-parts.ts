/**
 * The parts of the joint objective at a step, in the order of the formula (objective.ts). A part with weight 0 is not
 * computed.
 */
import { ranksByCosine, usesViews } from '../../config/active-parts.js';
import type { RunConfig } from '../../config/run-config.js';
import { Rng } from '../../core/rng.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { EpochFits } from '../epoch-fits.js';
import type { Model } from '../model.js';
import type { DrawnStep } from '../step/drawn-step.js';
import type { StepRows } from '../step/step-rows.js';
import { alignmentPart } from './alignment-part.js';
import { contrastivePart } from './contrastive-part.js';
import { featurePart } from './feature-part.js';
import { l2Part } from './l2-part.js';
import { mainPart } from './main-part.js';
import type { PartValue } from './part.js';
import { prototypePart } from './prototype-part.js';
import { teacherPart } from './teacher-part.js';
import { partTemperature } from './temperatures.js';
import { type ViewPair, viewPair } from './view-side.js';

export class StepParts {
  constructor(
    private readonly config: RunConfig,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
    private readonly fits: EpochFits,
  ) {}

  compute(step: DrawnStep, rows: StepRows): PartValue[] {
    const views = usesViews(this.model.losses) ? viewPair(step, rows, this.graph) : undefined;
    const parts = [
      this.main(step, rows),
      this.auxiliary(step, rows),
      this.contrastive(step, views),
      this.prototypes(step, rows, views),
      this.features(step),
      this.alignment(step),
      this.teacher(step, rows),
      this.l2(step, rows),
    ];
    return parts.filter((part) => part !== undefined);
  }

  private main({ batch, step, negatives, probing }: DrawnStep, rows: StepRows): PartValue | undefined {
    const { main } = this.model.losses;
    if (main === undefined) return undefined;
    const temperature = partTemperature('main', this.model, this.fits, { step, users: batch.userIndex });
    const { numUsers } = this.graph;
    const { topKScores } = this.fits;
    const from = { batch, drawn: negatives.main, rows: rows.main, numUsers, topKScores };
    return mainPart('main', main, { ...from, temperature, probing });
  }

  private auxiliary({ batch, step, negatives }: DrawnStep, rows: StepRows): PartValue | undefined {
    const { auxiliary } = this.model.losses;
    if (auxiliary === undefined) return undefined;
    const temperature = partTemperature('auxiliary', this.model, this.fits, { step });
    const { numUsers } = this.graph;
    const drawn = negatives.auxiliary;
    return mainPart('auxiliary', auxiliary, { batch, drawn, rows: rows.main, numUsers, temperature });
  }

  private contrastive({ step }: DrawnStep, views: ViewPair | undefined): PartValue | undefined {
    const { losses, head } = this.model;
    if (losses.contrastive === undefined) return undefined;
    const temperature = partTemperature('contrastive', this.model, this.fits, { step });
    const { options } = losses.contrastive;
    const numNodes = 'numNodes' in options ? options.numNodes : 'all';
    const most = typeof numNodes === 'number' ? numNodes : Number.POSITIVE_INFINITY;
    const rng = Rng.of(this.config.seed, 'contrasted', step);
    const some = { users: views!.users.sample(most, rng), items: views!.items.sample(most, rng) };
    return contrastivePart(losses.contrastive, { views: some, temperature, head });
  }

  private prototypes(step: DrawnStep, rows: StepRows, views: ViewPair | undefined): PartValue | undefined {
    const { model, fits } = this;
    const { prototypes } = model.losses;
    return prototypes && prototypePart(prototypes, { step, rows: rows.main, views, model, fits });
  }

  private features({ step }: DrawnStep): PartValue | undefined {
    const { losses, views, seed } = this.config;
    if (losses.features.weight === 0) return undefined;
    return featurePart(losses.features, { model: this.model, view: views.fields, seed, step });
  }

  private alignment({ nodes, passes }: DrawnStep): PartValue | undefined {
    const { alignment } = this.config.coldStart;
    if (alignment.weight === 0) return undefined;
    const { numUsers } = this.graph;
    return alignmentPart(alignment, { model: this.model, nodes, numUsers, idRows: passes.idRows! });
  }

  private teacher({ nodes }: DrawnStep, { main: rows }: StepRows): PartValue | undefined {
    const { model, config } = this;
    const { teacher: options } = config.coldStart;
    if (options === undefined || options.weight === 0) return undefined;
    const { numUsers } = this.graph;
    const input = { model, teacher: model.teacher!, nodes, numUsers, rows, byCosine: ranksByCosine(config) };
    return teacherPart(options, input);
  }

  private l2({ nodes }: DrawnStep, rows: StepRows): PartValue | undefined {
    const { l2 } = this.config.losses;
    const { main } = this.model.losses;
    return l2.weight > 0
      ? l2Part(l2, { nodes, rows: rows.regularised, main, attributes: this.model.regularisedAttributes })
      : undefined;
  }
}
