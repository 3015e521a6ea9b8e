/** One trial, trained up to a rung: a run like any other in the study's folder, of which test is never asked. */
import type { Extensions } from '../config/extensions/extensions.js';
import type { Registries } from '../config/registries.js';
import { TwinlightError } from '../core/errors.js';
import { monitoredOf } from '../evaluation/index.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { TrainReport } from '../runs/report.js';
import { RunFolder } from '../runs/run-folder.js';
import { runOfTrial } from './study-locks.js';
import type { StudyRecord, TrialRecord } from './study-records.js';
import { trialConfig } from './study-report.js';
import { trainUpTo } from './train-up-to.js';

/** What is no fault of the study: these values don't train. */
const FAILURES: readonly string[] = ['TRAIN_DIVERGED', 'TRAIN_COLLAPSED', 'CONFIG_CONFLICT', 'CONFIG_INVALID'];

interface TrialContext {
  readonly folder: string;
  readonly study: StudyRecord;
  readonly graph: StoredGraph;
  readonly registries: Registries;
  readonly extensions?: Extensions;
  readonly signal?: AbortSignal;
}

/**
 * Trains on from wherever the trial stands, up to the end of its next rung.
 * @returns its record then, or undefined where it was interrupted
 * @throws what stops a training but is no fault of the trial's values
 */
export async function runTrial(context: TrialContext, trial: TrialRecord): Promise<TrialRecord | undefined> {
  const { folder, study, graph, registries, extensions, signal } = context;
  const run = new RunFolder(runOfTrial(folder, trial.trial));
  const epochs = study.rungs[trial.rungs.length];
  const isLast = trial.rungs.length === study.rungs.length - 1;
  const { preset, backend } = study;
  const beginning = { preset, config: trialConfig(study, trial.values, registries) };
  const pauseAfter = isLast ? undefined : epochs;
  try {
    const report = await trainUpTo(run, beginning, { graph, backend, extensions, signal, pauseAfter });
    if (report === undefined) return undefined;
    const value = run.readManifest().bestValue ?? validationOf(report, study.monitor);
    const rungs = [...trial.rungs, { epochs: report.epochs, value }];
    return { ...trial, rungs, state: report.stopped === 'interrupted' ? 'paused' : 'complete' };
  } catch (error) {
    if (!(error instanceof TwinlightError) || !FAILURES.includes(error.code)) throw error;
    return { ...trial, state: 'failed', error: { code: error.code, message: error.message } };
  }
}

/** Of a model that needs no training, and so has no epoch that was selected. */
function validationOf({ tasks, valid }: TrainReport, monitor: string): number {
  const { task, key } = monitoredOf(monitor);
  return (tasks?.valid?.[task]?.metrics ?? valid)[key];
}
