/**
 * The negatives of a step: those of the main loss, from the sources of the configuration, and those of an auxiliary loss,
 * which are the batch's own positives. With them goes what the sources keep between steps.
 */
import type { RunConfig } from '../../config/run-config.js';
import { Rng } from '../../core/rng.js';
import { type DrawnCandidates, NegativeSampler, type SourceContext } from '../../negatives/index.js';
import type { StateArray } from '../../runs/state-file.js';
import type { Model } from '../model.js';
import { StoredNegatives } from '../stored-negatives.js';
import { readVariables, writeVariables } from '../variable-arrays.js';
import type { StepContext } from './step-context.js';
import type { StepViews } from './step-views.js';

/** Absent where a loss is off or compares with no negatives. */
export interface DrawnNegatives {
  readonly main?: DrawnCandidates;
  readonly auxiliary?: DrawnCandidates;
}

export class StepNegatives {
  private readonly main?: NegativeSampler;
  private readonly auxiliary?: NegativeSampler;
  private readonly stored?: StoredNegatives;

  /** @param views hold the adjacency of the whole training graph */
  constructor(
    private readonly config: RunConfig,
    private readonly model: Model,
    private readonly views: StepViews,
    context: SourceContext,
  ) {
    const { main, auxiliary } = model.losses;
    if (auxiliary?.row.negatives === 'softmax') {
      // the batch alone: sources are about the main loss
      const alone = { ...config.negatives, sources: undefined, frequency: { name: 'exact' as const } };
      this.auxiliary = new NegativeSampler(alone, 'softmax', context);
    }
    if (main === undefined || main.row.negatives === 'none') return;
    this.main = new NegativeSampler(config.negatives, main.row.negatives, context, model.registries.negativeSources);
    const { stored } = this.main;
    if (stored.length > 0) {
      this.stored = new StoredNegatives(stored, config, model.encoder, views.whole, context.graph.numUsers);
    }
  }

  /** Before the step after `done` ones: sources that follow the training bring themselves up to date. */
  async prepare(done: number): Promise<void> {
    await this.main?.prepare(done, async () => {
      const { embeddingDim, users, items } = await this.model.embeddings(this.views.whole);
      return { dim: embeddingDim, users, items };
    });
  }

  draw({ batch, step, longestStall }: StepContext): DrawnNegatives {
    const { seed } = this.config;
    return {
      main: this.main?.draw(batch, step, Rng.of(seed, 'negatives', step), longestStall),
      auxiliary: this.auxiliary?.draw(batch, step, Rng.of(seed, 'auxiliary', step)),
    };
  }

  /** After the update of the step. */
  async finish({ batch }: Pick<StepContext, 'batch'>): Promise<void> {
    await this.stored?.push(batch);
  }

  /** For a checkpoint. */
  async state(): Promise<Record<string, StateArray>> {
    return { ...this.main?.state(), ...(this.stored && (await readVariables(this.stored.variables))) };
  }

  /** @param done steps made by the checkpoint */
  restore(arrays: Readonly<Record<string, StateArray>>, done: number): void {
    this.main?.restore(arrays, done);
    if (this.stored) writeVariables(this.stored.variables, arrays);
  }

  dispose(): void {
    this.main?.dispose();
    this.stored?.dispose();
  }
}
