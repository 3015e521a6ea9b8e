/**
 * What the passes of a step run on: the whole graph, and the views of it, drawn anew each step or epoch and kept in
 * between. All randomness follows from (seed, slot, epoch or step).
 */

import type { RunConfig } from '../../config/run-config.js';
import { Rng } from '../../core/rng.js';
import { type Adjacency, normalizedAdjacency } from '../../graph/adjacency.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import { type BlockView, type DrawnView, drawBlockView, drawView, type ViewOptions } from '../../views/index.js';
import type { Model } from '../model.js';
import { cutItems, withoutCut } from './cut-items.js';
import type { StepMoment } from './step-context.js';

export type ViewSlot = 'first' | 'second';

export class StepViews {
  private userItem: Adjacency | undefined;
  private cut?: { readonly epoch: number; readonly nodes: Uint8Array };
  private cutGraph?: { readonly epoch: number; readonly adjacency: Adjacency };
  private readonly kept = new Map<ViewSlot, { key: string; view: DrawnView }>();

  constructor(
    private readonly config: RunConfig,
    private readonly graph: BipartiteCsr,
    private readonly model: Model,
  ) {}

  /** Of the whole training graph with its attribute nodes, for clean passes; made when first asked for. */
  get whole(): Adjacency {
    const adjacency = this.wholeUserItem;
    return this.model.attributes?.join(adjacency).adjacency ?? adjacency;
  }

  /** What the main pass runs on: the whole graph, without the edges of the items that are cut for an epoch. */
  mainAt({ epoch }: Pick<StepMoment, 'epoch'>): Adjacency {
    const cut = this.cutAt(epoch);
    if (cut === undefined) return this.whole;
    if (this.cutGraph?.epoch !== epoch) this.cutGraph = { epoch, adjacency: withoutCut(this.graph, cut) };
    return this.cutGraph.adjacency;
  }

  /** Non-zero for the items that have no edge in an epoch, `[numUsers + numItems]`; undefined where none are cut. */
  cutAt(epoch: number): Uint8Array | undefined {
    const { seed, coldStart } = this.config;
    if (coldStart.cutItems === 0) return undefined;
    if (this.cut?.epoch !== epoch) {
      this.cut = { epoch, nodes: cutItems(this.graph, coldStart.cutItems, Rng.of(seed, 'cut-items', epoch)) };
    }
    return this.cut.nodes;
  }

  draw(slot: ViewSlot, at: StepMoment): DrawnView {
    const options = this.config.views[slot];
    const key = this.redrawKey(options, at);
    const drawn = this.kept.get(slot);
    if (drawn?.key === key) return drawn.view;
    const context = {
      lifetime: this.config.views.redraw,
      graph: this.graph,
      adjacency: this.wholeUserItem,
      attributes: this.model.attributes,
      numLayers: this.model.encoder.numHops,
    };
    const view = drawView(context, options, Rng.of(this.config.seed, 'view', slot, key), this.model.registries.views);
    this.kept.set(slot, { key, view });
    return view;
  }

  /** The same for a pass over sampled neighbours. */
  drawBlock(slot: ViewSlot, at: StepMoment): BlockView {
    const options = this.config.views[slot];
    const rng = Rng.of(this.config.seed, 'view', slot, this.redrawKey(options, at));
    return drawBlockView(options, this.model.encoder.numHops, rng, this.model.registries.views);
  }

  private get wholeUserItem(): Adjacency {
    this.userItem ??= normalizedAdjacency(this.graph);
    return this.userItem;
  }

  private redrawKey(options: ViewOptions, { epoch, step }: StepMoment): string {
    const { changes } = this.model.registries.views[options.name];
    const perEpoch = this.config.views.redraw === 'epoch' && changes !== 'embeddings';
    return perEpoch ? `epoch ${epoch}` : `step ${step}`;
  }
}
