/** What an epoch ends with: validation where it is due, the best weights kept, the epoch's record. */
import type { RunConfig } from '../config/run-config.js';
import { TwinlightError } from '../core/errors.js';
import type { Reporter } from '../core/reporter.js';
import { monitoredOf } from '../evaluation/index.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { Served } from '../objective/objective.js';
import { readVariables } from '../objective/variable-arrays.js';
import { foldInUsers } from '../retrieval/index.js';
import { historyVectorsOf, ownRowsOf } from '../runs/history-of-run.js';
import type { EpochRecord } from '../runs/report.js';
import type { ResumeState, RunFolder } from '../runs/run-folder.js';
import type { StateArray } from '../runs/state-file.js';
import { BaselineWatch } from './baseline-watch.js';
import { assertBoundedArrays } from './divergence.js';
import { epochRecord } from './epoch-record.js';
import type { Learner } from './learner.js';
import { afterEpoch, afterValidation, isBest } from './progress.js';
import { describeValidation, type Validation, validate } from './validation.js';

interface EndedEpoch {
  /** Whether all of its batches are done, rather than that maxSteps came first. */
  readonly complete: boolean;
  /** Whether a validation is due. */
  readonly validating: boolean;
  /** Milliseconds of its steps that this process made. */
  readonly times: readonly number[];
}

/** A validation, and the weights that it was of. */
interface ValidatedWeights extends Validation {
  readonly weights: Readonly<Record<string, StateArray>>;
}

export class EpochEnd {
  private hasWarned = false;
  private readonly watch: BaselineWatch | undefined;

  /** @param graph its validation pairs may be empty: then there is no selection */
  constructor(
    private readonly learner: Learner,
    private readonly config: RunConfig,
    private readonly graph: StoredGraph,
    private readonly folder: RunFolder,
    private readonly reporter: Reporter,
  ) {
    if (graph.valid.values.length > 0) {
      this.watch = new BaselineWatch(graph, config, reporter, learner.model.registries.ownMetrics);
    }
  }

  /** @returns the state with the epoch's record at the end of its history */
  async run(state: ResumeState, ended: EndedEpoch): Promise<ResumeState> {
    const trained = await this.learner.takeAverage(state.epoch, ended.complete);
    try {
      return await this.judge(state, ended);
    } finally {
      this.learner.putBack(trained);
    }
  }

  /** Of what the model holds now: the weights, or their average. */
  private async judge(state: ResumeState, { complete, validating, times }: EndedEpoch): Promise<ResumeState> {
    const { epoch, step } = state;
    const validation = validating ? await this.validate(state) : undefined;
    const learningRate = this.learner.learningRate(state.step);
    const { encoder } = this.learner.model;
    const record = await epochRecord({ state, learningRate, times, encoder, validation });
    this.warn(record);
    const value = validation?.record.valid?.[this.monitorKey];
    if (value !== undefined) await this.watch?.see({ epoch, steps: step, value }, sum(times));
    const selected = validation ? this.select(state, validation) : state;
    return afterEpoch(selected, record, complete);
  }

  /** What there is to warn of when all is done, a sentence each. */
  async warnings({ bestEpoch, bestValue, step, history }: ResumeState): Promise<string[]> {
    if (this.watch === undefined || !Number.isFinite(bestValue)) return [];
    const below = await this.watch.below({ epoch: bestEpoch, steps: step, value: bestValue });
    const isLast = history.length > 1 && bestEpoch === history[history.length - 1].epoch;
    return [
      ...(below === undefined ? [] : [`the best of the run: ${below}`]),
      ...(isLast ? ['the best epoch is the last: more of them (training.epochs) may do better'] : []),
    ];
  }

  /** Under which the monitored metric stands in a record. */
  private get monitorKey(): string {
    return monitoredOf(this.config.training.monitor).recordKey;
  }

  private async validate({ epoch, step }: ResumeState): Promise<ValidatedWeights> {
    const { training, evaluation } = this.config;
    const { model } = this.learner;
    const weights = await readVariables(model.variables);
    assertBoundedArrays(weights, { epoch, step, folder: this.folder.path });
    const { ownMetrics } = model.registries;
    const validation = await validate(await this.served(), this.graph, {
      ...evaluation,
      ownMetrics,
      monitor: training.monitor,
    });
    this.reporter.info(describeValidation(epoch, validation.record, training.monitor));
    if (validation.collapse !== undefined) {
      throw new TwinlightError('TRAIN_COLLAPSED', `step ${step} (epoch ${epoch}): ${validation.collapse}`);
    }
    return { ...validation, weights };
  }

  /** What is ranked and kept: users whom training never saw are made of their fold-in items, where the encoder can. */
  private async served(): Promise<Served> {
    const { objective, model } = this.learner;
    const served = await objective.served();
    const { foldIn } = this.graph;
    if (!foldIn || !model.encoder.historyTerms) return served;
    const { encoder, registries } = model;
    const vectors = await historyVectorsOf(encoder, this.config, this.graph);
    const own = await ownRowsOf(encoder, this.config, this.graph.train.numUsers, registries.rows);
    return { ...served, embeddings: foldInUsers(served.embeddings, vectors, foldIn, own) };
  }

  /** Keeps the weights if they are the best so far, or if there is nothing to select by. */
  private select(state: ResumeState, { record, served, weights }: ValidatedWeights): ResumeState {
    const value = record.valid?.[this.monitorKey];
    if (isBest(state, value)) this.folder.writeBest({ epoch: state.epoch, ...served, weights });
    return afterValidation(state, value);
  }

  /** Said once a process. */
  private warn(record: EpochRecord): void {
    const warning = this.hasWarned ? undefined : this.learner.objective.warningOf(record);
    if (warning === undefined) return;
    this.hasWarned = true;
    this.reporter.warn(warning);
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
