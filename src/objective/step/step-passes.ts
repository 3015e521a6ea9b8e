/**
 * The passes of a step through the encoder: the main one and those of the views that differ from it, over the whole graph
 * or over one block of sampled neighbours.
 */

import type * as tf from '@tensorflow/tfjs';
import { usesViews } from '../../config/active-parts.js';
import type { Propagation } from '../../config/propagation.js';
import type { RunConfig } from '../../config/run-config.js';
import { drawCounterKey } from '../../core/counter-rng.js';
import { Rng } from '../../core/rng.js';
import type { EncodedRows, NodeRows, RowRequest, RowsDraw } from '../../encoders/index.js';
import type { Adjacency } from '../../graph/adjacency.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { ActiveLosses } from '../../losses/index.js';
import { lookup } from '../../ops/index.js';
import type { Model } from '../model.js';
import { droppedMessages } from './dropped-messages.js';
import { type BlockTable, SampledSteps } from './sampled-step.js';
import type { StepContext, StepMoment } from './step-context.js';
import type { StepViews, ViewSlot } from './step-views.js';
import { withoutBatch } from './without-batch.js';

export type PassName = 'main' | ViewSlot;

export interface DrawnPasses {
  /** Those that the step has; a view that is not among them is the main pass. */
  readonly names: readonly PassName[];
  /** Some nodes of several passes; differentiable in the model's variables. */
  readonly encode: (requests: readonly RowRequest<PassName>[]) => EncodedRows;
  /** Rows of the id table, where there is one; differentiable. */
  readonly idRows?: NodeRows;
  /** Of a sampled step over an id table. */
  readonly block?: BlockTable;
}

/** What each pass runs on. */
type PassPlan = Readonly<Partial<Record<PassName, 'clean' | ViewSlot>>>;

export class StepPasses {
  private readonly plan: PassPlan;
  private readonly sampled?: SampledSteps;

  constructor(
    private readonly config: RunConfig,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
    private readonly views: StepViews,
    { mode, fanOut }: Propagation,
  ) {
    this.plan = passPlan(config, model.losses);
    for (const on of Object.values(this.plan)) {
      if (on !== 'clean') model.registries.views[config.views[on].name].refuse?.(graph);
    }
    if (mode === 'sampled') {
      this.sampled = new SampledSteps(views.whole, graph.itemEdges, model.encoder, fanOut, config.seed);
    }
  }

  /** @param nodes whose rows will be asked for, distinct, ascending */
  draw(at: Pick<StepContext, 'epoch' | 'step' | 'batch'>, nodes: Int32Array): DrawnPasses {
    return this.sampled ? this.drawBlock(at, nodes, this.sampled) : this.drawWhole(at);
  }

  private drawWhole(at: Pick<StepContext, 'epoch' | 'step' | 'batch'>): DrawnPasses {
    const { encoder } = this.model;
    const draw = this.rowsDraw(at);
    const clean = { adjacency: this.heardAt(at) };
    const passes = this.planned((on) => (on === 'clean' ? clean : this.views.draw(on, at)));
    return {
      names: Object.keys(passes) as PassName[],
      encode: (requests) => encoder.encodeRows(requestsOf(requests, passes), draw),
      idRows: this.idRows(),
    };
  }

  private drawBlock(at: StepMoment, nodes: Int32Array, steps: SampledSteps): DrawnPasses {
    const { ofTable, encodeRows } = steps.begin(nodes, this.rowsDraw(at));
    const passes = this.planned((on) => (on === 'clean' ? {} : this.views.drawBlock(on, at)));
    return {
      names: Object.keys(passes) as PassName[],
      encode: (requests) => encodeRows(requestsOf(requests, passes)),
      idRows: ofTable && this.blockIdRows(ofTable),
      block: ofTable,
    };
  }

  /** What the main pass hears. */
  private heardAt({ epoch, step, batch }: Pick<StepContext, 'epoch' | 'step' | 'batch'>): Adjacency {
    const { seed, positives } = this.config;
    const whole = this.views.mainAt({ epoch });
    const open = positives.messages === 'whole' ? whole : withoutBatch(whole, batch, this.graph.numUsers);
    const share = positives.messageDropout;
    if (share === 0) return open;
    const key = drawCounterKey(Rng.of(seed, 'message-dropout', step));
    return droppedMessages(open, { share, key });
  }

  private rowsDraw({ epoch, step }: StepMoment): RowsDraw {
    const { seed, coldStart } = this.config;
    return {
      seed,
      step,
      idDropout: coldStart.idDropout,
      dropsSaid: coldStart.messages === 'dropped',
      cut: this.views.cutAt(epoch),
    };
  }

  private idRows(): NodeRows | undefined {
    const { idTable, idNodes } = this.model.encoder;
    return (
      idTable &&
      ((nodes) =>
        lookup(
          idTable as unknown as tf.Tensor2D,
          nodes.map((node) => node - idNodes.first),
        ))
    );
  }

  /** Rows of a block's part of the id table. */
  private blockIdRows({ table, rows }: BlockTable): NodeRows {
    const { first } = this.model.encoder.idNodes;
    const placeOf = new Map(Array.from(rows, (row, place) => [row, place] as const));
    return (nodes) =>
      lookup(
        table as unknown as tf.Tensor2D,
        nodes.map((node) => placeOf.get(node - first)!),
      );
  }

  private planned<Pass>(draw: (on: 'clean' | ViewSlot) => Pass): Partial<Record<PassName, Pass>> {
    return Object.fromEntries(Object.entries(this.plan).map(([name, on]) => [name, draw(on)]));
  }
}

/** Views that are `identity` reuse the main pass; `cross-layer` pairing has one pass for everything. */
function passPlan({ views }: RunConfig, losses: ActiveLosses): PassPlan {
  if (views.pairing === 'cross-layer') return { main: 'first' };
  const isApart = (slot: ViewSlot): boolean => usesViews(losses) && views[slot].name !== 'identity';
  return {
    main: 'clean',
    ...(isApart('first') && { first: 'first' as const }),
    ...(isApart('second') && { second: 'second' as const }),
  };
}

function requestsOf<Pass>(
  requests: readonly RowRequest<PassName>[],
  passes: Readonly<Partial<Record<PassName, Pass>>>,
): RowRequest<Pass>[] {
  return requests.map((request) => ({ ...request, pass: passes[request.pass]! }));
}
