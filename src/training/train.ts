/**
 * Training from end to end: resolve the configuration, open or build the graph, make or resume the run folder, train,
 * evaluate the selected weights on validation and test, write the report.
 */
import { useBackend } from '../backend/index.js';
import { usesViews } from '../config/active-parts.js';
import type { RunConfig } from '../config/run-config.js';
import { type Reporter, SILENT } from '../core/reporter.js';
import { type EvaluationReport, metricInterval } from '../evaluation/index.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { LOSSES } from '../losses/index.js';
import type { Recommender } from '../retrieval/index.js';
import { fittedGraph, rankHeldOut } from '../runs/held-out.js';
import { loadRun, untrainedModel } from '../runs/load-run.js';
import { newRun, type Opened, refuseTaken, reopenRun, type TrainOptions } from '../runs/open-run.js';
import type { Metrics, TrainReport } from '../runs/report.js';
import type { RunFolder } from '../runs/run-folder.js';
import { lockRun } from '../runs/run-lock.js';
import type { RunManifest } from '../runs/trained-run.js';
import { Trainer } from './trainer.js';

/**
 * @returns what `report.json` holds
 * @throws ConfigError for wrong keys, an existing run folder or one that another process trains, DataError for bad data, TwinlightError `TRAIN_DIVERGED`
 * and `TRAIN_COLLAPSED`
 */
export async function train(options: TrainOptions): Promise<TrainReport> {
  const reporter = options.reporter ?? SILENT;
  const backend = await useBackend(options.backend);
  reporter.info(`backend ${backend.name} (${backend.detail})`);
  const opened = options.resume ? await reopenRun(options, reporter) : await newRun(options, backend.name);
  const unlock = lockRun(opened.run.path);
  try {
    if (!options.resume) refuseTaken(opened.run, options.overwrite);
    return await trainRun(opened, backend.name, options, reporter);
  } finally {
    unlock();
  }
}

async function trainRun(
  { run, manifest, config, graph }: Opened,
  backend: string,
  options: TrainOptions,
  reporter: Reporter,
): Promise<TrainReport> {
  if (manifest.backend !== backend) {
    reporter.warn(`the run was begun on ${manifest.backend}: on ${backend} it continues, but not bit for bit`);
  }
  reporter.info(`run ${run.path}`);
  const isNew = !options.resume;
  const untrained = untrainedModel(config, graph);
  if (untrained) {
    if (isNew) run.create(config, manifest);
    return finish(run, config, graph, untrained.recommender, backend, reporter);
  }
  const fitted = fittedGraph(graph, config);
  for (const warning of idleParts(config, fitted)) reporter.warn(warning);
  const { signal, onEpoch } = options;
  // may refuse, so before an earlier run in the folder goes
  const trainer = new Trainer(config, fitted, run, { reporter, signal, onEpoch, isNew });
  try {
    if (isNew) run.create(config, manifest);
    else carryOn(run, config, manifest);
    const stopped = await trainer.run();
    const { step, epoch, batchesDone, bestEpoch, bestValue, finished } = trainer.progress;
    const epochs = batchesDone > 0 ? epoch : epoch - 1;
    run.writeManifest({ ...manifest, epochs, steps: step, bestEpoch, bestValue: finiteOrNull(bestValue), finished });
    const { negatives } = trainer.progress;
    const { layerWeights } = trainer;
    const partial = {
      epochs,
      bestEpoch,
      steps: step,
      stepMs: trainer.stepMs,
      stopped,
      ...(negatives && { negatives }),
      ...(layerWeights && { layerWeights }),
    };
    if (stopped === 'interrupted') {
      return baseReport(run, graph, config, backend, partial);
    }
    const { recommender } = await loadRun(run.path, { graphFolder: graph.folder });
    return finish(run, config, graph, recommender, backend, reporter, partial);
  } finally {
    trainer.dispose();
  }
}

/** Before the first step of a resumed run: what is on file must say what a kill from here on is to be resumed with. */
function carryOn(run: RunFolder, config: RunConfig, manifest: RunManifest): void {
  run.writeManifest({ ...manifest, finished: false });
  run.writeConfig(config);
  run.dropReport();
}

/** Sentences about what the configuration asks for and will not come. */
function idleParts({ losses, training, negatives, views }: RunConfig, { valid }: StoredGraph): string[] {
  const warnings: string[] = [];
  const { main, prototypes } = losses;
  if (negatives.numNegatives > 1 && LOSSES[main.name].negatives !== 'pairwise') {
    warnings.push(
      `negatives.numNegatives has no effect under ${main.name}, where sources have a count or ratio of their own`,
    );
  }
  if (!usesViews({ losses }) && views.pairing === 'two-views') {
    const drawn = (['first', 'second'] as const).find((slot) => views[slot].name !== 'identity');
    if (drawn)
      warnings.push(`views.${drawn} has no effect: neither losses.contrastive nor swav prototypes have a weight`);
  }
  if (valid.values.length === 0) {
    warnings.push('no validation pairs to select by: the last epoch is taken');
    if (negatives.sources?.some(({ afterStall }) => afterStall !== undefined)) {
      warnings.push('negative sources with afterStall are never drawn: without validation nothing stalls');
    }
  }
  if (prototypes.weight > 0 && prototypes.name === 'prototype-nce' && prototypes.startEpoch > training.epochs) {
    warnings.push(
      `losses.prototypes has no effect: it starts at epoch ${prototypes.startEpoch} of ${training.epochs} (startEpoch)`,
    );
  }
  return warnings;
}

async function finish(
  run: RunFolder,
  config: RunConfig,
  graph: StoredGraph,
  recommender: Recommender,
  backend: string,
  reporter: Reporter,
  partial: Partial<TrainReport> = {},
): Promise<TrainReport> {
  const { topK, maxUsers } = config.evaluation;
  const of = async (part: 'valid' | 'test'): Promise<EvaluationReport | undefined> =>
    graph[part].values.length > 0 ? rankHeldOut(recommender, graph, { part, topK, maxUsers, reporter }) : undefined;
  // fitted on the validation pairs: what it recalls of them says nothing
  const valid = config.training.fitOn === 'train' ? await of('valid') : undefined;
  const test = await of('test');
  if (test === undefined) reporter.warn('the graph has no test pairs');
  const intervals = Object.keys(test?.perUser ?? {}).map((key) => {
    const { low, high } = metricInterval(test!, key);
    return [key, [low, high] as const];
  });
  const report: TrainReport = {
    ...baseReport(run, graph, config, backend, partial),
    valid: valid?.metrics ?? {},
    test: test?.metrics ?? {},
    testIntervals: Object.fromEntries(intervals),
    evaluatedUsers: { valid: valid?.numUsersEvaluated ?? 0, test: test?.numUsersEvaluated ?? 0 },
    ...(sampledFrom(valid, test) && { usersSampledFrom: sampledFrom(valid, test) }),
  };
  run.writeManifest({ ...run.readManifest(), finished: true });
  run.writeReport(report);
  return report;
}

function sampledFrom(valid?: EvaluationReport, test?: EvaluationReport): TrainReport['usersSampledFrom'] {
  if (valid?.numUsersSampledFrom === undefined && test?.numUsersSampledFrom === undefined) return undefined;
  return { valid: valid?.numUsersSampledFrom, test: test?.numUsersSampledFrom };
}

function baseReport(
  run: RunFolder,
  graph: StoredGraph,
  config: RunConfig,
  backend: string,
  partial: Partial<TrainReport>,
): TrainReport {
  const none: Metrics = {};
  return {
    run: run.path,
    graph: graph.manifest.id,
    preset: run.readManifest().preset,
    backend,
    seed: config.seed,
    epochs: 0,
    bestEpoch: 0,
    steps: 0,
    stepMs: 0,
    stopped: 'untrained',
    peakRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
    valid: none,
    test: none,
    testIntervals: {},
    evaluatedUsers: { valid: 0, test: 0 },
    ...partial,
  };
}

/** JSON has no infinity: a run without a validation has no best value. */
function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
