/**
 * The loop: epochs of shuffled batches, what each ends with, checkpoints from which the rest of the run comes out the same.
 * Everything random follows from (seed, epoch, step), so the state to save is weights, moments and counters.
 */
import type { Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import type { ProgressHandle, Reporter } from '../core/reporter.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { LossParts } from '../objective/step/step-result.js';
import type { TrainOptions } from '../runs/open-run.js';
import type { TrainReport } from '../runs/report.js';
import type { ResumeState, RunFolder } from '../runs/run-folder.js';
import type { Teacher } from '../runs/teacher/teacher.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { assertFiniteParts } from './divergence.js';
import { EpochEnd } from './epoch-end.js';
import { describeStep, median } from './epoch-record.js';
import { Learner } from './learner.js';
import { isStalled } from './patience.js';
import { afterStep, BEGINNING } from './progress.js';

interface TrainerOptions {
  readonly reporter: Reporter;
  /** Where the configuration's names are looked up; default: the built-in ones. */
  readonly registries?: Registries;
  /** Aborting saves after the step under way and ends with `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onEpoch?: TrainOptions['onEpoch'];
  /** Complete epochs after which it ends with `interrupted`. */
  readonly pauseAfter?: number;
  /** Of `coldStart.teacher`. */
  readonly teacher?: Teacher;
  /** Whether it begins from nothing, whatever an earlier run has left in the folder. */
  readonly isNew?: boolean;
}

type Stopped = TrainReport['stopped'];

export class Trainer {
  private readonly learner: Learner;
  private readonly epochEnd: EpochEnd;
  private state: ResumeState;
  private readonly stepTimes: number[] = [];

  /** @param graph its training edges are what is fitted; validation pairs may be empty (no selection then) */
  constructor(
    private readonly config: RunConfig,
    graph: StoredGraph,
    private readonly folder: RunFolder,
    private readonly options: TrainerOptions,
  ) {
    this.learner = new Learner(config, graph, options.reporter, options.registries, options.teacher);
    this.epochEnd = new EpochEnd(this.learner, config, graph, folder, options.reporter);
    this.state = (options.isNew ? undefined : readCheckpoint(folder, this.learner)) ?? BEGINNING;
  }

  get progress(): Omit<ResumeState, 'history' | 'partSums'> {
    return this.state;
  }

  /** Of the selected weights, where they are learned. */
  get layerWeights(): readonly number[] | undefined {
    return this.state.history.find(({ epoch }) => epoch === this.state.bestEpoch)?.layerWeights;
  }

  /** Median milliseconds a step, of the steps this process made. */
  get stepMs(): number {
    return median(this.stepTimes);
  }

  /** What there is to warn of when all is done, a sentence each. */
  warnings(): Promise<string[]> {
    return this.epochEnd.warnings(this.state);
  }

  /** Trains until an end condition holds. */
  async run(): Promise<Stopped> {
    const { epochs, checkpointEvery } = this.config.training;
    const { stepsPerEpoch, lastStep } = this.learner.plan;
    const { reporter, signal } = this.options;
    const bar = reporter.progress('training', lastStep, 'steps');
    let epochStart = this.stepTimes.length;
    try {
      while (this.state.epoch <= epochs && this.state.step < lastStep) {
        if (this.isStalled) break;
        if (this.isPaused) return 'interrupted';
        const parts = await this.step();
        bar.update(this.state.step, describeStep(this.state.epoch, epochs, this.stepTimes, parts));
        const complete = this.state.batchesDone === stepsPerEpoch;
        if (complete || this.state.step === lastStep) {
          await this.endEpoch(complete, this.stepTimes.slice(epochStart), bar);
          epochStart = this.stepTimes.length;
        } else if (checkpointEvery > 0 && this.state.step % checkpointEvery === 0) {
          await this.save();
        }
        // lets signals and timers through: on most backends the steps themselves never yield
        await new Promise((resume) => setImmediate(resume));
        if (signal?.aborted) {
          await this.save();
          return 'interrupted';
        }
      }
    } finally {
      bar.finish();
    }
    this.state = { ...this.state, finished: true };
    await this.save();
    if (this.isStalled) return 'early';
    return this.state.step < this.learner.plan.stepsOfEpochs ? 'max-steps' : 'epochs';
  }

  private get isStalled(): boolean {
    return isStalled(this.state, this.config.training);
  }

  /** What an epoch ends with is saved already. */
  private get isPaused(): boolean {
    const { pauseAfter } = this.options;
    return pauseAfter !== undefined && this.state.epoch > pauseAfter;
  }

  private async step(): Promise<LossParts> {
    const { learner } = this;
    await learner.objective.prepare(this.state.step);
    const start = performance.now();
    if (this.state.batchesDone === 0) await learner.objective.beginEpoch(this.state.epoch);
    const context = learner.nextStep(this.state);
    const result = await learner.objective.compute(context);
    assertFiniteParts(result.parts, { ...context, folder: this.folder.path });
    await learner.update(context, result);
    this.stepTimes.push(performance.now() - start);
    this.state = afterStep(this.state, { ...result, adamStep: learner.adamStep, probed: context.probing === true });
    return result.parts;
  }

  private async endEpoch(complete: boolean, times: readonly number[], bar: ProgressHandle): Promise<void> {
    const { epoch, step } = this.state;
    const { epochs, evaluateEvery } = this.config.training;
    const isLast = !complete || epoch === epochs || step === this.learner.plan.lastStep;
    const validating = isLast || epoch % evaluateEvery === 0;
    if (validating) bar.update(step, 'validating');
    this.state = await this.epochEnd.run(this.state, { complete, validating, times });
    await this.save();
    await this.options.onEpoch?.(this.state.history[this.state.history.length - 1]);
  }

  private async save(): Promise<void> {
    await writeCheckpoint(this.folder, this.learner, this.state);
  }

  dispose(): void {
    this.learner.dispose();
  }
}
