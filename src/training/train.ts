/**
 * Training from end to end: resolve the configuration, open or build the graph, make or resume the run folder, train,
 * evaluate the selected weights on validation and test, write the report.
 */
import { useBackend } from '../backend/index.js';
import type { NoExtensions } from '../config/config-layer.js';
import type { Extensions } from '../config/extensions/extensions.js';
import { registriesWith } from '../config/extensions/registries-with.js';
import type { RunConfig } from '../config/run-config.js';
import { type Reporter, SILENT } from '../core/reporter.js';
import { fittedGraph } from '../runs/held-out.js';
import { loadRunWith } from '../runs/load-run.js';
import {
  type AnyTrainOptions,
  newRun,
  type Opened,
  refuseChanged,
  refuseTaken,
  reopenRun,
  type TrainOptions,
} from '../runs/open-run.js';
import { dropRunsWithin } from '../runs/refit-folder.js';
import type { TrainReport } from '../runs/report.js';
import { sweepRun } from '../runs/run-files.js';
import type { RunFolder } from '../runs/run-folder.js';
import { lockRun } from '../runs/run-lock.js';
import type { RunManifest } from '../runs/trained-run.js';
import { untrainedModel } from '../runs/untrained/untrained-model.js';
import { untrainedVectors } from '../runs/untrained/untrained-vectors.js';
import { finishRun, reportOf, type TrainingRun } from './final-report.js';
import { idleParts } from './idle-parts.js';
import { refuseAbsentTask } from './monitored-task.js';
import { planRefit, refitConfig } from './refit.js';
import { Trainer } from './trainer.js';

/**
 * @returns what `report.json` holds, and beside it that of the refit where one was asked for
 * @throws ConfigError for wrong keys, an existing run folder or one that another process trains, DataError for bad data, TwinlightError `TRAIN_DIVERGED`
 * and `TRAIN_COLLAPSED`
 */
export function train<Own extends Extensions = NoExtensions>(options: TrainOptions<Own>): Promise<TrainReport>;
export async function train(options: AnyTrainOptions): Promise<TrainReport> {
  const registries = registriesWith(options.extensions);
  const reporter = options.reporter ?? SILENT;
  const backend = await useBackend(options.backend);
  reporter.info(`backend ${backend.name} (${backend.detail})`);
  const opened = options.resume
    ? await reopenRun(options, registries, reporter)
    : await newRun(options, registries, backend.name);
  const unlock = lockRun(opened.run.path);
  try {
    // once more: until here another process may have trained in the folder
    if (options.resume) {
      refuseChanged(opened);
      sweepRun(opened.run.path);
    } else refuseTaken(opened.run, options.overwrite);
    if (options.refit) refitConfig(opened.config, opened.graph, 0, registries);
    if (!options.resume) dropRunsWithin(opened.run.path);
    const report = await trainRun(opened, backend.name, options, reporter);
    if (!options.refit || report.stopped === 'interrupted') return report;
    return { ...report, refit: await refit(opened, report, options) };
  } finally {
    unlock();
  }
}

/** Once more on train and validation, in a folder within the run's. */
function refit(
  { run, manifest, config, registries, graph }: Opened,
  { bestEpoch }: TrainReport,
  { extensions, backend, reporter = SILENT, signal, skipTest }: AnyTrainOptions,
): Promise<TrainReport> {
  const plan = planRefit(run.path, refitConfig(config, graph, bestEpoch, registries));
  const epochs = bestEpoch > 0 ? ` for ${bestEpoch} epochs` : '';
  reporter.info(`\nrefit on train and validation${epochs}`);
  const { preset } = manifest;
  return train({ ...plan, source: graph, preset, extensions, backend, reporter, signal, skipTest });
}

async function trainRun(
  { run, manifest, config, registries, graph, teacher }: Opened,
  backend: string,
  options: AnyTrainOptions,
  reporter: Reporter,
): Promise<TrainReport> {
  if (manifest.backend !== backend) {
    reporter.warn(`the run was begun on ${manifest.backend}: on ${backend} it continues, but not bit for bit`);
  }
  reporter.info(`run ${run.path}`);
  const { skipTest } = options;
  const training: TrainingRun = { run, config, graph, registries, backend, skipTest };
  const isNew = !options.resume;
  const untrained = untrainedModel(config, graph);
  if (untrained) {
    if (isNew) run.create(config, manifest);
    return finishRun(training, untrained.recommender, {}, reporter);
  }
  const makeVectors = untrainedVectors(config, graph, { registries, reporter });
  if (makeVectors) {
    if (isNew) {
      const vectors = await makeVectors();
      run.create(config, manifest, () => run.writeBest({ epoch: 0, ...vectors }));
    }
    const { recommender } = await loadRunWith(registries, run.path, graph.folder);
    return finishRun(training, recommender, {}, reporter);
  }
  const fitted = fittedGraph(graph, config);
  for (const warning of idleParts(config, fitted, registries)) reporter.warn(warning);
  refuseAbsentTask(config, fitted);
  const { signal, onEpoch, pauseAfter } = options;
  // may refuse, so before an earlier run in the folder goes
  const trainer = new Trainer(config, fitted, run, {
    reporter,
    signal,
    onEpoch,
    pauseAfter,
    isNew,
    registries,
    teacher,
  });
  try {
    if (isNew) run.create(config, manifest);
    else carryOn(run, config, manifest);
    const stopped = await trainer.run();
    const { step, epoch, batchesDone, bestEpoch, bestValue } = trainer.progress;
    const epochs = batchesDone > 0 ? epoch : epoch - 1;
    const reached = { epochs, steps: step, bestEpoch, bestValue: finiteOrNull(bestValue) };
    // finished is what has a report
    run.writeManifest({ ...manifest, ...reached, finished: false });
    const { negatives } = trainer.progress;
    const { layerWeights } = trainer;
    const course = {
      epochs,
      bestEpoch,
      steps: step,
      stepMs: trainer.stepMs,
      stopped,
      ...(negatives && { negatives }),
      ...(layerWeights && { layerWeights }),
    };
    if (stopped === 'interrupted') return reportOf(training, course);
    const warnings = await trainer.warnings();
    const { recommender } = await loadRunWith(registries, run.path, graph.folder);
    return finishRun(training, recommender, { ...course, ...(warnings.length > 0 && { warnings }) }, reporter);
  } finally {
    trainer.dispose();
  }
}

/** Before the first step of a resumed run: what is on file must say what a kill from here on is to be resumed with. */
function carryOn(run: RunFolder, config: RunConfig, manifest: RunManifest): void {
  run.writeManifest({ ...manifest, finished: false });
  run.writeConfig(config);
  // seals the new configuration
  run.writeManifest({ ...manifest, finished: false });
  run.dropReport();
}

/** JSON has no infinity: a run without a validation has no best value. */
function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
