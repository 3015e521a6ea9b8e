/**
 * What learns: the model, the objective that says where its variables should go, the optimizer that moves them, and the
 * batches in their order. Of a run it knows the configuration and the graph, of its folder nothing.
 */
import * as tf from '@tensorflow/tfjs';
import { BUILT_IN, type Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import type { Reporter } from '../core/reporter.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { Model } from '../objective/model.js';
import { negativeContext } from '../objective/negative-context.js';
import { Objective } from '../objective/objective.js';
import { Positives } from '../objective/positives.js';
import type { StepContext } from '../objective/step/step-context.js';
import type { StepResult } from '../objective/step/step-result.js';
import { readVariables, writeVariables } from '../objective/variable-arrays.js';
import { Adam } from '../ops/index.js';
import type { ResumeState } from '../runs/run-folder.js';
import type { StateArray } from '../runs/state-file.js';
import type { Teacher } from '../runs/teacher/teacher.js';
import { averagedWeights, averagesOf, storedAverages, type WeightArrays } from './averaged-weights.js';
import { EpochBatches } from './batches.js';
import { learningRateAt, planSteps, type StepPlan } from './schedule.js';

export class Learner {
  readonly model: Model;
  readonly objective: Objective;
  readonly plan: StepPlan;
  private readonly adam: Adam;
  private readonly batches: EpochBatches;
  /** Over the complete epochs so far; absent before the first, and where none is asked for. */
  private averages: WeightArrays | undefined;

  /**
   * @param graph its training edges are what is fitted
   * @param registries where the configuration's names are looked up
   * @param teacher of `coldStart.teacher`
   */
  constructor(
    private readonly config: RunConfig,
    graph: StoredGraph,
    reporter: Reporter,
    registries: Registries = BUILT_IN,
    teacher?: Teacher,
  ) {
    const { training, seed } = config;
    this.model = new Model(config, graph.train, graph, registries, teacher);
    const positives = new Positives(graph.train, config.positives, graph.otherEvents);
    const context = negativeContext({ config, registries, graph, positives }, (message) => reporter.warn(message));
    this.objective = new Objective(config, graph.train, this.model, context);
    const { mode, fanOut, reason } = this.objective.propagation;
    const lazy = training.optimizer === 'auto' ? mode === 'sampled' : training.optimizer === 'lazy-adam';
    this.adam = new Adam(this.model.variables, lazy, this.model.updateRules);
    const how = mode === 'sampled' ? `sampled neighbours, fan-out [${fanOut}]` : 'full';
    reporter.info(`propagation: ${how} (${reason}); ${lazy ? 'lazy Adam' : 'Adam'}`);
    this.batches = new EpochBatches(graph.train, { batchSize: training.batchSize, seed, positives });
    this.plan = planSteps(training, this.batches.batchesPerEpoch);
  }

  /** What the step after those of `state` is asked for. */
  nextStep({ epoch, step, batchesDone, longestStall }: ResumeState): StepContext {
    return {
      batch: this.batches.batch({ epoch, index: batchesDone }),
      epoch,
      step: step + 1,
      longestStall,
      // once an epoch
      probing: batchesDone === 0,
    };
  }

  /** Moves the variables along a step's gradients, which are disposed. */
  async update(context: StepContext, { gradients, rows }: StepResult): Promise<void> {
    this.adam.update(gradients, this.learningRate(context.step), rows);
    tf.dispose(gradients);
    await this.objective.finishStep(context);
  }

  learningRate(step: number): number {
    return learningRateAt(this.config.training, { step, stepsOfEpochs: this.plan.stepsOfEpochs });
  }

  /** Updates made so far. */
  get adamStep(): number {
    return this.adam.step;
  }

  /**
   * Puts the average over epochs into the model, where `training.averageDecay` asks for one.
   * @param epoch that ends
   * @param complete whether all its batches are done; one that was cut short is no part of later averages
   * @returns the weights as trained, for `putBack`; undefined where they stayed
   */
  async takeAverage(epoch: number, complete: boolean): Promise<WeightArrays | undefined> {
    const { averageDecay: decay } = this.config.training;
    if (decay === 0) return undefined;
    const trained = await readVariables(this.model.variables);
    const averages = averagedWeights(this.averages, trained, { epoch, decay });
    if (complete) this.averages = averages;
    writeVariables(this.model.variables, averages);
    return trained;
  }

  /** Puts back what `takeAverage` took the place of. */
  putBack(trained: WeightArrays | undefined): void {
    if (trained) writeVariables(this.model.variables, trained);
  }

  /** Weights, moments and averages, for a checkpoint. */
  async learned(): Promise<Record<string, StateArray>> {
    return {
      ...(await readVariables(this.model.variables)),
      ...(await readVariables(this.adam.state())),
      ...(this.averages && storedAverages(this.averages)),
    };
  }

  /** Takes up what a checkpoint has of `learned` and of the objective's state. */
  restore(arrays: Readonly<Record<string, StateArray>>, { step, adamStep }: ResumeState): void {
    writeVariables(this.model.variables, arrays);
    writeVariables(this.adam.state(), arrays);
    this.averages = averagesOf(arrays);
    this.objective.restore(arrays, step);
    this.adam.step = adamStep;
  }

  dispose(): void {
    this.objective.dispose();
    this.adam.dispose();
    this.model.dispose();
  }
}
