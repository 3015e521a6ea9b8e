/**
 * The loop: epochs of shuffled batches, validation, the best weights kept, checkpoints from which the rest of the run
 * comes out the same. Everything random follows from (seed, epoch, step), so the state to save is weights, moments and
 * counters.
 */
import * as tf from '@tensorflow/tfjs';
import type { RunConfig } from '../config/run-config.js';
import { TwinlightError } from '../core/errors.js';
import type { ProgressHandle, Reporter } from '../core/reporter.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { Model, readVariables, writeVariables } from '../objective/model.js';
import { negativeContext } from '../objective/negative-context.js';
import { Objective } from '../objective/objective.js';
import { Positives } from '../objective/positives.js';
import type { LossParts } from '../objective/step-result.js';
import { Adam, type AdamException } from '../ops/index.js';
import type { EpochRecord, TrainReport } from '../runs/report.js';
import type { ResumeState, RunFolder } from '../runs/run-folder.js';
import type { PrototypeSet } from '../runs/trained-run.js';
import { EpochBatches } from './batches.js';
import { describeStep, epochRecord, median } from './epoch-record.js';
import { learningRateAt } from './schedule.js';
import { describeValidation, type Validation, validate } from './validation.js';

export interface TrainerOptions {
  readonly reporter: Reporter;
  /** Aborting saves after the step under way and ends with `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Whether it begins from nothing, whatever an earlier run has left in the folder. */
  readonly isNew?: boolean;
}

type Stopped = TrainReport['stopped'];

/** Codes count as unbalanced when some prototype receives more than twice its equal share. */
const MAX_CODE_IMBALANCE = 1;

export class Trainer {
  private readonly model: Model;
  private readonly objective: Objective;
  private readonly adam: Adam;
  private readonly batches: EpochBatches;
  private state: ResumeState;
  private readonly stepTimes: number[] = [];
  private warnedOfImbalance = false;

  /** @param graph its training edges are what is fitted; validation pairs may be empty (no selection then) */
  constructor(
    private readonly config: RunConfig,
    private readonly graph: StoredGraph,
    private readonly folder: RunFolder,
    private readonly options: TrainerOptions,
  ) {
    this.model = new Model(config, graph.train, graph);
    const warn = (message: string): void => options.reporter.warn(message);
    const positives = new Positives(graph.train, config.positives, graph.otherEvents);
    this.objective = new Objective(config, graph.train, this.model, negativeContext(config, graph, positives, warn));
    const { mode, fanOut, reason } = this.objective.propagation;
    const { optimizer } = config.training;
    const lazy = optimizer === 'auto' ? mode === 'sampled' : optimizer === 'lazy-adam';
    this.adam = new Adam(this.model.variables, lazy, exceptionsOf(config));
    const how = mode === 'sampled' ? `sampled neighbours, fan-out [${fanOut}]` : 'full';
    options.reporter.info(`propagation: ${how} (${reason}); ${lazy ? 'lazy Adam' : 'Adam'}`);
    this.batches = new EpochBatches(graph.train, config.training.batchSize, config.seed, positives);
    this.state = (options.isNew ? undefined : this.restore()) ?? {
      step: 0,
      epoch: 1,
      batchesDone: 0,
      adamStep: 0,
      partSums: {},
      bestEpoch: 0,
      bestValue: Number.NEGATIVE_INFINITY,
      validationsSinceBest: 0,
      longestStall: 0,
      finished: false,
      history: [],
    };
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

  private get plannedSteps(): number {
    return Math.min(this.stepsOfEpochs, this.config.training.maxSteps ?? Number.POSITIVE_INFINITY);
  }

  /** What a schedule falls over: maxSteps only stops, so that a run that goes on with more of them is the same run. */
  private get stepsOfEpochs(): number {
    return this.config.training.epochs * this.batches.batchesPerEpoch;
  }

  /** Trains until an end condition holds. */
  async run(): Promise<Stopped> {
    const { training } = this.config;
    const { reporter, signal } = this.options;
    const bar = reporter.progress('training', this.plannedSteps, 'steps');
    let epochStart = this.stepTimes.length;
    try {
      while (this.state.epoch <= training.epochs && this.state.step < this.plannedSteps) {
        if (this.stoppedEarly()) return await this.finish('early');
        await this.objective.prepare(this.state.step);
        const parts = await this.step();
        this.count(parts);
        bar.update(this.state.step, describeStep(this.state.epoch, training.epochs, this.stepTimes, parts));
        const epochDone = this.state.batchesDone === this.batches.batchesPerEpoch;
        if (epochDone || this.state.step === this.plannedSteps) {
          await this.endEpoch(epochDone, this.stepTimes.slice(epochStart), bar);
          epochStart = this.stepTimes.length;
        } else if (training.checkpointEvery > 0 && this.state.step % training.checkpointEvery === 0) {
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
    if (this.stoppedEarly()) return await this.finish('early');
    return await this.finish(this.state.step < this.stepsOfEpochs ? 'max-steps' : 'epochs');
  }

  private stoppedEarly(): boolean {
    const { patience } = this.config.training;
    return patience > 0 && this.state.validationsSinceBest >= patience;
  }

  private async finish(stopped: Stopped): Promise<Stopped> {
    this.state = { ...this.state, finished: true };
    await this.save();
    return stopped;
  }

  private async step(): Promise<LossParts> {
    const start = performance.now();
    const { epoch, batchesDone } = this.state;
    const step = this.state.step + 1;
    if (batchesDone === 0) await this.objective.fits.beginEpoch(epoch);
    const batch = this.batches.batch(epoch, batchesDone);
    // once an epoch: it costs a second main loss
    const probing = batchesDone === 0;
    const computed = await this.objective.compute(batch, epoch, step, this.state.longestStall, probing);
    const { parts, gradients, rows } = computed;
    this.assertFinite(parts, step);
    if (probing) this.state = { ...this.state, negatives: computed.negatives };
    const { userPrototypes, itemPrototypes, ...rest } = gradients;
    const { prototypes } = this.config.losses;
    const frozen = 'freezeSteps' in prototypes && step <= prototypes.freezeSteps;
    const learningRate = learningRateAt(this.config.training, step, this.stepsOfEpochs);
    this.adam.update(frozen ? rest : gradients, learningRate, rows);
    tf.dispose([rest, userPrototypes, itemPrototypes].filter(Boolean) as tf.TensorContainer);
    await this.objective.finishStep(batch);
    this.stepTimes.push(performance.now() - start);
    return parts;
  }

  private assertFinite(parts: LossParts, step: number): void {
    const bad = Object.entries(parts).filter(([, value]) => !Number.isFinite(value));
    if (bad.length === 0) return;
    const names = bad.map(([name, value]) => `${name} = ${value}`).join(', ');
    throw this.diverged(step, names, 'Lower training.learningRate or raise the temperature of that part');
  }

  private diverged(step: number, what: string, remedy: string): TwinlightError {
    const where = `step ${step} (epoch ${this.state.epoch})`;
    const kept = `the last good checkpoint stays in ${this.folder.path}`;
    return new TwinlightError('TRAIN_DIVERGED', `${where}: ${what}. ${remedy}; ${kept}`);
  }

  private count(parts: LossParts): void {
    const partSums: Record<string, number> = { ...this.state.partSums };
    for (const [name, value] of Object.entries(parts)) partSums[name] = (partSums[name] ?? 0) + value;
    const { step, batchesDone } = this.state;
    this.state = { ...this.state, step: step + 1, batchesDone: batchesDone + 1, adamStep: this.adam.step, partSums };
  }

  /** Validates where it is due, keeps the best weights, writes the epoch's record and the checkpoint. */
  private async endEpoch(complete: boolean, times: readonly number[], bar: ProgressHandle): Promise<void> {
    const { epoch, step } = this.state;
    const { epochs, evaluateEvery, monitor } = this.config.training;
    const last = !complete || epoch === epochs || step === this.plannedSteps;
    const due = last || epoch % evaluateEvery === 0;
    const validation = due ? await this.validateNow(bar) : undefined;
    const { state, model } = this;
    const learningRate = learningRateAt(this.config.training, step, this.stepsOfEpochs);
    const record = await epochRecord({ state, learningRate, times, encoder: model.encoder, validation });
    this.warnOfImbalance(record.codeImbalance);
    if (validation) await this.select(validation, monitor);
    // a resumed run may complete an epoch that maxSteps had cut short before
    const history = [...this.state.history.filter((line) => line.epoch !== epoch), record];
    this.state = { ...this.state, history };
    // an epoch cut short by maxSteps stays open, so that a resumed run with more steps finishes it
    if (complete) this.state = { ...this.state, epoch: epoch + 1, batchesDone: 0, partSums: {} };
    await this.save();
    this.options.onEpoch?.(record);
  }

  /** Said once a process: codes far from equal shares let prototypes die. */
  private warnOfImbalance(codeImbalance: number | undefined): void {
    if (codeImbalance === undefined || codeImbalance <= MAX_CODE_IMBALANCE || this.warnedOfImbalance) return;
    this.warnedOfImbalance = true;
    const { prototypes } = this.config.losses;
    if (!('iterations' in prototypes)) return;
    const { iterations, epsilon } = prototypes;
    this.options.reporter.warn(
      `after ${iterations} Sinkhorn iterations a prototype's share is ${(100 * codeImbalance).toFixed(0)} % off the equal one; ` +
        `raise losses.prototypes.iterations, or epsilon (${epsilon})`,
    );
  }

  private async validateNow(bar: ProgressHandle): Promise<Validation> {
    bar.update(this.state.step, 'validating');
    const embeddings = await this.model.embeddings(this.objective.adjacency);
    const prototypes = { users: await this.prototypeSet('user'), items: await this.prototypeSet('item') };
    const validation = await validate(embeddings, prototypes, this.graph, this.config);
    this.options.reporter.info(describeValidation(this.state.epoch, validation.record, this.config.training.monitor));
    if (validation.collapse !== undefined) {
      const where = `step ${this.state.step} (epoch ${this.state.epoch})`;
      throw new TwinlightError('TRAIN_COLLAPSED', `${where}: ${validation.collapse}`);
    }
    return validation;
  }

  /** Trained prototypes, or the centroids of clusters. */
  private async prototypeSet(side: 'user' | 'item'): Promise<PrototypeSet | undefined> {
    return (await this.model.prototypeSet(side)) ?? this.objective.fits.prototypeSet(side);
  }

  /** Keeps the weights if they are the best so far, or if there is nothing to select by. */
  private async select({ record, embeddings }: Validation, monitor: string): Promise<void> {
    const value = record.valid?.[monitor];
    const better = value === undefined || value > this.state.bestValue;
    if (!better) {
      const validationsSinceBest = this.state.validationsSinceBest + 1;
      const longestStall = Math.max(this.state.longestStall, validationsSinceBest);
      this.state = { ...this.state, validationsSinceBest, longestStall };
      return;
    }
    const [users, items] = [await this.prototypeSet('user'), await this.prototypeSet('item')];
    const prototypes = { ...(users && { userPrototypes: users }), ...(items && { itemPrototypes: items }) };
    const weights = await readVariables(this.model.variables);
    this.folder.writeBest({ epoch: this.state.epoch, embeddings, prototypes, weights });
    this.state = {
      ...this.state,
      bestEpoch: this.state.epoch,
      bestValue: value ?? this.state.bestValue,
      validationsSinceBest: 0,
    };
  }

  private async save(): Promise<void> {
    // JSON has no infinity: the value before any validation is left out
    const { bestValue } = this.state;
    const meta = { ...this.state, bestValue: Number.isFinite(bestValue) ? bestValue : (null as unknown as number) };
    const learned = { ...(await readVariables(this.model.variables)), ...(await readVariables(this.adam.state())) };
    for (const [name, { values }] of Object.entries(learned)) {
      if (values.every(Number.isFinite)) continue;
      throw this.diverged(this.state.step, `${name} is no longer finite`, 'Lower training.learningRate');
    }
    this.folder.writeLast(meta, { ...learned, ...(await this.objective.state()) });
  }

  private restore(): ResumeState | undefined {
    const saved = this.folder.readLast();
    if (saved === undefined) return undefined;
    writeVariables(this.model.variables, saved.arrays);
    writeVariables(this.adam.state(), saved.arrays);
    this.objective.restore(saved.arrays, saved.meta.step);
    this.adam.step = saved.meta.adamStep;
    return { ...saved.meta, bestValue: saved.meta.bestValue ?? Number.NEGATIVE_INFINITY, finished: false };
  }

  dispose(): void {
    this.objective.dispose();
    this.adam.dispose();
    this.model.dispose();
  }
}

/** What Adam does otherwise, by variable. */
function exceptionsOf({ losses: { prototypes }, training: { weightDecay } }: RunConfig): Record<string, AdamException> {
  const frozen = { stepsBefore: 'freezeSteps' in prototypes ? prototypes.freezeSteps : 0 };
  return { embedding: { weightDecay }, userPrototypes: frozen, itemPrototypes: frozen };
}
