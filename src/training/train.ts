/**
 * Training from end to end: resolve the configuration, open or build the graph, make or resume the run folder, train,
 * evaluate the selected weights on validation and test, write the report.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { useBackend } from '../backend/index.js';
import { ConfigError } from '../core/errors.js';
import { type Reporter, SILENT } from '../core/reporter.js';
import { type ConfigObject, mergeLayers, parseAssignments } from '../core/strict-config.js';
import { type EvaluationReport, metricInterval } from '../evaluation/index.js';
import { buildGraph, type GraphSource } from '../graph/build-graph.js';
import { isGraphFolder, loadGraph, saveGraph } from '../graph/graph-store.js';
import { mergeHeldOut } from '../graph/merge-held-out.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { Recommender } from '../retrieval/index.js';
import { type RunConfig, resolveConfig } from './config.js';
import { rankHeldOut } from './held-out.js';
import { loadRun, openGraph, untrainedModel } from './load-run.js';
import { DEFAULT_PRESET, presetOf } from './presets/registry.js';
import type { EpochRecord, Metrics, TrainReport } from './report.js';
import { graphFolderOf, RunFolder, runIdOf } from './run-folder.js';
import { newRunManifest, runFolderName } from './run-identity.js';
import { lockRun, refuseWhileTraining } from './run-lock.js';
import { Trainer } from './trainer.js';

export interface TrainOptions {
  /** Folder of a stored graph, a graph, or whatever `buildGraph` takes. Not needed with `resume`: there it must be the run's own. */
  readonly source?: GraphSource | StoredGraph;
  readonly preset?: string;
  /** Laid over the preset. */
  readonly config?: ConfigObject;
  /** `key.path=value` assignments, laid over that. */
  readonly set?: readonly string[];
  /** Run folder. Default: `<runsDir>/<graph>_<preset>_<hash of the configuration>`. */
  readonly run?: string;
  readonly runsDir?: string;
  /** Where a graph built from a source is stored. */
  readonly graphsDir?: string;
  /** Continue the run in `run`; of the configuration only training.epochs, maxSteps and patience may change. */
  readonly resume?: boolean;
  /** Replace a run that is already there. */
  readonly overwrite?: boolean;
  /** tfjs backend; see `useBackend`. */
  readonly backend?: string;
  readonly reporter?: Reporter;
  /** Aborting saves and returns with `stopped: interrupted`. */
  readonly signal?: AbortSignal;
  readonly onEpoch?: (record: EpochRecord) => void;
}

export const TRAIN_DEFAULTS = Object.freeze({ runsDir: 'checkpoints', graphsDir: 'graphs' });

/**
 * @returns what `report.json` holds
 * @throws ConfigError for wrong keys, an existing run folder or one that another process trains, DataError for bad data, TwinlightError `TRAIN_DIVERGED`
 * and `TRAIN_COLLAPSED`
 */
export async function train(options: TrainOptions): Promise<TrainReport> {
  const reporter = options.reporter ?? SILENT;
  const backend = await useBackend(options.backend);
  reporter.info(`backend ${backend.name} (${backend.detail})`);
  const { run, config, graph } = options.resume ? await reopen(options) : await open(options, backend.name);
  const unlock = lockRun(run.path);
  try {
    return await trainRun({ run, config, graph }, backend.name, options, reporter);
  } finally {
    unlock();
  }
}

async function trainRun(
  { run, config, graph }: Opened,
  backend: string,
  options: TrainOptions,
  reporter: Reporter,
): Promise<TrainReport> {
  const manifest = run.readManifest();
  if (manifest.backend !== backend) {
    reporter.warn(`the run was begun on ${manifest.backend}: on ${backend} it continues, but not bit for bit`);
  }
  reporter.info(`run ${run.path}`);
  const untrained = untrainedModel(config, graph.train);
  if (untrained) return finish(run, config, graph, untrained.recommender, backend, reporter);

  const fitted = config.training.fitOn === 'train+valid' ? mergeHeldOut(graph, 'valid') : graph;
  if (fitted.valid.values.length === 0) {
    reporter.warn('no validation pairs to select by: the last epoch is taken');
  }
  const trainer = new Trainer(config, fitted, run, { reporter, signal: options.signal, onEpoch: options.onEpoch });
  try {
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

/** A fused run has no weights of its own. */
function refuseFused({ encoder }: RunConfig): void {
  if (encoder.name !== 'fused') return;
  throw new ConfigError('TRAIN_FUSED', 'a fused run is made by `twinlight fuse` from trained ones and is not trained');
}

type Opened = { run: RunFolder; config: RunConfig; graph: StoredGraph };

async function open(options: TrainOptions, backend: string): Promise<Opened> {
  const preset = options.preset ?? DEFAULT_PRESET;
  const layers = [presetOf(preset).config as ConfigObject, options.config ?? {}, parseAssignments(options.set ?? [])];
  const config = resolveConfig(layers, 'configuration');
  refuseFused(config);
  if (options.source === undefined) throw new ConfigError('TRAIN_NO_SOURCE', 'give a graph folder or a data source');
  const graph = await openSource(options.source, config, options);
  const folder = options.run ?? join(options.runsDir ?? TRAIN_DEFAULTS.runsDir, runFolderName(graph, preset, config));
  const run = new RunFolder(folder);
  if (run.exists && !options.overwrite) {
    const state = run.readManifest().finished ? 'is already trained' : 'is there, unfinished';
    throw new ConfigError(
      'RUN_EXISTS',
      `run ${folder} ${state}: use --resume to continue it, --overwrite to train it again, or --run for another folder`,
    );
  }
  if (!run.exists && existsSync(folder) && options.run !== undefined && !options.overwrite) {
    throw new ConfigError('RUN_EXISTS', `${folder} exists and is not a run; choose another folder with --run`);
  }
  refuseWhileTraining(folder);
  const graphFolder = graphFolderOf(run, graph);
  run.create(config, newRunManifest(runIdOf(folder), preset, graph, graphFolder, backend, config));
  return { run, config, graph };
}

/** Keys that may change when a run is continued: they say when to stop, not what a step does. */
const RESUMABLE: readonly string[] = ['training.epochs', 'training.maxSteps', 'training.patience'];

/** Preset, keys and source may be given again, so that a command can be repeated with `--resume`, but not changed. */
async function reopen(options: TrainOptions): Promise<Opened> {
  if (options.run === undefined) throw new ConfigError('RESUME_NO_RUN', '--resume needs the run folder: --run DIR');
  const run = new RunFolder(options.run);
  const { preset, graphId, graphHash } = run.readManifest();
  if (options.preset !== undefined && options.preset !== preset) {
    throw new ConfigError(
      'RESUME_PRESET',
      `a resumed run keeps its preset: this one is ${preset}, not ${options.preset}`,
    );
  }
  const saved = run.readConfig();
  const changes = mergeLayers(options.config ?? {}, parseAssignments(options.set ?? []));
  const refused = changedPaths(saved, changes).find((path) => !RESUMABLE.includes(path));
  if (refused !== undefined) {
    const message = `${refused} can't change in a resumed run (only ${RESUMABLE.join(', ')}); train a new run`;
    throw new ConfigError('RESUME_CHANGED', message);
  }
  const config = resolveConfig([saved, changes], run.file('config.yaml'));
  refuseFused(config);
  if (options.source === undefined) return { run, config, graph: await openGraph(run) };
  const graph = await openSource(options.source, config, options);
  if (graph.manifest.hash !== graphHash) {
    throw new ConfigError('RESUME_GRAPH', `the run was begun on graph ${graphId}, not on ${graph.manifest.id}`);
  }
  return { run, config, graph };
}

/** Dotted paths of the values in `changes` that differ from those in `saved`. */
function changedPaths(saved: ConfigObject, changes: ConfigObject, prefix = ''): string[] {
  const isObject = (value: unknown): value is ConfigObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return Object.entries(changes).flatMap(([key, value]) => {
    const before = saved[key];
    if (isObject(before) && isObject(value)) return changedPaths(before, value, `${prefix}${key}.`);
    return isDeepStrictEqual(before, value) ? [] : [prefix + key];
  });
}

async function openSource(
  source: GraphSource | StoredGraph,
  config: RunConfig,
  options: TrainOptions,
): Promise<StoredGraph> {
  const graphsDir = options.graphsDir ?? TRAIN_DEFAULTS.graphsDir;
  if (typeof source === 'string' && isGraphFolder(source)) return loadGraph(source);
  if (typeof source === 'object' && 'manifest' in source) return source.folder ? source : saveGraph(source, graphsDir);
  const graph = await buildGraph(source, { data: config.data, graphsDir, reporter: options.reporter });
  options.reporter?.info(`graph ${graph.folder}`);
  return graph;
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
    graph[part].values.length > 0
      ? rankHeldOut(recommender, graph, part, topK, false, maxUsers, { reporter })
      : undefined;
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
