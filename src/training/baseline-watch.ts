/** Tells, as soon as a validation shows it, that a model is worth less than what needs no training, and which key it likely is. */
import type { RunConfig } from '../config/run-config.js';
import type { Reporter } from '../core/reporter.js';
import type { OwnMetrics } from '../evaluation/index.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { type Baselines, baselinesOf, belowBaseline } from './baselines.js';
import { hardlyMoved, likelyCause } from './likely-cause.js';

interface Standing {
  readonly epoch: number;
  /** Made so far. */
  readonly steps: number;
  /** Of the monitored metric on validation. */
  readonly value: number;
}

/** Epochs after which a model is judged, however little it has moved. */
const EPOCHS_OF_GRACE = 2;

export class BaselineWatch {
  private baselines: Baselines | undefined;
  private wasBelow = false;

  /** @param graph what the model is fitted to; has validation pairs */
  constructor(
    private readonly graph: StoredGraph,
    private readonly config: RunConfig,
    private readonly reporter: Reporter,
    private readonly ownMetrics: OwnMetrics = {},
  ) {}

  /** After a validation: says when the model is below, and when it no longer is. @param epochMs what the epoch's steps took */
  async see(standing: Standing, epochMs: number): Promise<void> {
    // what has hardly moved yet is judged at the end
    if (standing.epoch <= EPOCHS_OF_GRACE && hardlyMoved(this.config, standing.steps)) return;
    const below = await this.below(standing, epochMs);
    if (below !== undefined && !this.wasBelow) this.reporter.warn(`epoch ${standing.epoch}: ${below}`);
    if (below === undefined && this.wasBelow) this.reporter.info(`epoch ${standing.epoch}: above the baselines now`);
    this.wasBelow = below !== undefined;
  }

  /** What there is to say of a validation; undefined where it is above. @param epochMs 0: only what costs next to nothing is compared with */
  async below({ value, steps }: Standing, epochMs = 0): Promise<string | undefined> {
    const { config, graph } = this;
    this.baselines ??= await baselinesOf(graph, config, epochMs, this.ownMetrics);
    const below = belowBaseline(value, this.baselines);
    if (below === undefined) return undefined;
    const cause = likelyCause({ config, train: graph.train, steps });
    return `${config.training.monitor} ${value.toFixed(4)} on validation is ${below}. Likely: ${cause}`;
  }
}
