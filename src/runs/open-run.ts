/**
 * What a training begins from: a new run, of which nothing is written yet, or one that goes on. Refuses before anything in a
 * folder is touched.
 */

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { NoExtensions, RunConfigLayer } from '../config/config-layer.js';
import { fromEarlierForm } from '../config/earlier-forms.js';
import type { Extensions } from '../config/extensions/extensions.js';
import { DEFAULT_PRESET, presetOf } from '../config/presets/registry.js';
import type { Registries } from '../config/registries.js';
import { resolveConfig } from '../config/resolve-config.js';
import type { RunConfig } from '../config/run-config.js';
import { ConfigError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';
import type { Reporter } from '../core/reporter.js';
import { type ConfigObject, mergeLayers, parseAssignments } from '../core/strict-config.js';
import { type DataConfigInput, dataConfigSchema } from '../data/data-config.js';
import { buildGraph, type GraphSource } from '../graph/build-graph.js';
import { isGraphFolder, loadGraph, saveGraph } from '../graph/graph-store.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { openGraph } from './load-run.js';
import type { EpochRecord } from './report.js';
import { graphFolderOf, RunFolder, runIdOf } from './run-folder.js';
import { newRunManifest, RESUMABLE, runFolderName } from './run-identity.js';
import { refuseWhileTraining } from './run-lock.js';
import { loadTeacher, type Teacher } from './teacher/teacher.js';
import type { RunManifest } from './trained-run.js';

export const TRAIN_DEFAULTS = Object.freeze({ runsDir: 'checkpoints', graphsDir: 'graphs' });

/** @typeParam Own the extensions that are given, whose options `config` then knows as well */
export interface TrainOptions<Own extends Extensions = NoExtensions> {
  /** Folder of a stored graph, a graph, or whatever `buildGraph` takes. Not needed with `resume`: there it must be the run's own. */
  readonly source?: GraphSource | StoredGraph;
  readonly preset?: string;
  /** Laid over the preset. */
  readonly config?: RunConfigLayer<Own>;
  /** `key.path=value` assignments, laid over that. */
  readonly set?: readonly string[];
  /** Own losses, views, rows, negative sources and metrics, for this run alone. A resumed run takes those that it began with. */
  readonly extensions?: Own;
  /** Run folder. Default: `<runsDir>/<graph>_<preset>_<hash of the configuration>`. */
  readonly run?: string;
  readonly runsDir?: string;
  /** Where a graph built from a source is stored. */
  readonly graphsDir?: string;
  /** Continue the run in `run`; of the configuration only training.epochs, maxSteps, patience and stallShare may change. */
  readonly resume?: boolean;
  /**
   * Train what validation chose once more on train and validation, for as many epochs, into `refit/` of the run: that is what is served.
   * With `resume` a refit that was stopped goes on.
   */
  readonly refit?: boolean;
  /** Replace a run that is already there. */
  readonly overwrite?: boolean;
  /** tfjs backend; see `useBackend`. */
  readonly backend?: string;
  readonly reporter?: Reporter;
  /** Aborting saves and returns with `stopped: interrupted`. */
  readonly signal?: AbortSignal;
  /**
   * Epochs after which it returns with `stopped: interrupted`, to be resumed or not; a schedule falls over `training.epochs` all the same.
   * Where it is over before, it ends as without this.
   */
  readonly pauseAfter?: number;
  /** Leaves the test pairs alone: the report is of validation only. Default: both are evaluated. */
  readonly skipTest?: boolean;
  /**
   * Called once the epoch is on disk, and awaited. What it throws, or rejects with, ends the training: `train` rejects with it, and the
   * run can be resumed.
   */
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
}

/** Whatever extensions there are. */
export type AnyTrainOptions = TrainOptions<Extensions>;

/** A fused run has no weights of its own. */
function refuseFused({ ranker }: RunConfig): void {
  if (ranker.name !== 'fused') return;
  throw new ConfigError('TRAIN_FUSED', 'a fused run is made by `twinlight fuse` from trained ones and is not trained');
}

export interface Opened {
  readonly run: RunFolder;
  /** What is on file, or will be. */
  readonly manifest: RunManifest;
  readonly config: RunConfig;
  readonly registries: Registries;
  readonly graph: StoredGraph;
  /** Where the run has one. */
  readonly teacher?: Teacher;
}

/** A run that is to be made, in a folder that is free or may be overwritten. */
export async function newRun(options: AnyTrainOptions, registries: Registries, backend: string): Promise<Opened> {
  const preset = options.preset ?? DEFAULT_PRESET;
  const layers = [
    presetOf(preset).config as ConfigObject,
    (options.config ?? {}) as ConfigObject,
    parseAssignments(options.set ?? []),
  ];
  const wanted = resolveConfig(layers, 'configuration', registries);
  refuseFused(wanted);
  if (options.source === undefined) throw new ConfigError('TRAIN_NO_SOURCE', 'give a graph folder or a data source');
  const graph = await openSource(options.source, wanted, options);
  refuseOtherData(options, layers[0], graph);
  const config = { ...wanted, data: isBuilt(options.source) ? dataOf(graph, wanted) : wanted.data };
  const folder = options.run ?? join(options.runsDir ?? TRAIN_DEFAULTS.runsDir, runFolderName(graph, preset, config));
  const run = new RunFolder(folder);
  refuseWhileTraining(folder);
  refuseTaken(run, options.overwrite);
  const teacher = await loadTeacher(config, graph, registries);
  const id = runIdOf(folder);
  const manifest = newRunManifest(id, preset, graph, graphFolderOf(run, graph), backend, config, teacher?.hash);
  return { run, manifest, config, registries, graph, teacher };
}

const isBuilt = (source: GraphSource | StoredGraph): boolean =>
  typeof source === 'string' ? isGraphFolder(source) : 'manifest' in source;

/** What made the graph of its logs, for the run's record. Of a source that was split already nothing is known. */
function dataOf({ manifest }: StoredGraph, { data }: RunConfig): RunConfig['data'] {
  const own = dataConfigSchema.safeParse(manifest.data);
  return own.success && Object.keys(manifest.data).length > 0 ? own.data : data;
}

/** A graph that is built holds what its own `data` made of the logs; other keys would be on record and do nothing. */
function refuseOtherData({ source, ...options }: AnyTrainOptions, preset: ConfigObject, graph: StoredGraph): void {
  const given = mergeLayers((options.config ?? {}) as ConfigObject, parseAssignments(options.set ?? [])).data as
    | ConfigObject
    | undefined;
  if (!isBuilt(source!) || given === undefined) return;
  const defaults = resolveConfig([preset], 'configuration').data as ConfigObject;
  const own = changedPaths(graph.manifest.data as ConfigObject, given);
  const changed = changedPaths(defaults, given).find((path) => own.includes(path));
  if (changed === undefined) return;
  const message = `data.${changed} can't change: the graph ${graph.manifest.id} is built already; build it anew with \`twinlight build\``;
  throw new ConfigError('TRAIN_DATA', message);
}

/**
 * Looked at again by whoever has the folder's lock: until then another process may have trained there.
 * @throws ConfigError `RUN_EXISTS` for a folder that holds a run, unless it may be overwritten, or anything else
 */
export function refuseTaken(run: RunFolder, overwrite = false): void {
  const { foreign } = run;
  if (foreign.length > 0) {
    const some = `${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ', …' : ''}`;
    throw new ConfigError(
      'RUN_EXISTS',
      `${run.path} is not a run (it holds ${some}); choose another folder with --run`,
    );
  }
  if (run.exists && !overwrite) {
    const state = run.readManifest().finished ? 'is already trained' : 'is there, unfinished';
    throw new ConfigError(
      'RUN_EXISTS',
      `run ${run.path} ${state}: use --resume to continue it, --overwrite to train it again, or --run for another folder`,
    );
  }
}

/**
 * As `refuseTaken`, of a run that goes on: another process may have gone on with it since it was opened.
 * @throws ConfigError `RUN_CHANGED`
 */
export function refuseChanged({ run, manifest }: Opened): void {
  if (isDeepStrictEqual(run.readManifest(), manifest)) return;
  throw new ConfigError('RUN_CHANGED', `another process has trained ${run.path} meanwhile; give the command again`);
}

/** Preset, keys and source may be given again, so that a command can be repeated with `--resume`, but not changed. */
export async function reopenRun(options: AnyTrainOptions, registries: Registries, reporter: Reporter): Promise<Opened> {
  if (options.run === undefined) throw new ConfigError('RESUME_NO_RUN', '--resume needs the run folder: --run DIR');
  const run = new RunFolder(options.run);
  const manifest = run.readManifest();
  const { preset, graphId, graphHash } = manifest;
  if (options.preset !== undefined && options.preset !== preset) {
    throw new ConfigError(
      'RESUME_PRESET',
      `a resumed run keeps its preset: this one is ${preset}, not ${options.preset}`,
    );
  }
  const trained = run.resolvedConfig(registries);
  const saved = run.readConfig();
  const changes = fromEarlierForm(
    mergeLayers((options.config ?? {}) as ConfigObject, parseAssignments(options.set ?? [])),
  );
  const refused = changedPaths(saved, changes).find((path) => !RESUMABLE.includes(path));
  if (refused !== undefined) {
    const message = `${refused} can't change in a resumed run (only ${RESUMABLE.join(', ')}); train a new run`;
    throw new ConfigError('RESUME_CHANGED', message);
  }
  const config = resolveConfig([saved, changes], run.file('config.yaml'), registries);
  refuseFused(config);
  // its embeddings may be what the run ends with: one that can't be used is better known now
  run.readBest();
  const { epochs, schedule } = config.training;
  const before = trained.training.epochs;
  const last = epochs === before ? undefined : run.readLast()?.meta;
  const done = last ? last.epoch - 1 : 0;
  if (done > epochs) {
    const message = `training.epochs is ${epochs}, but ${done} epochs are trained already; train a new run for fewer`;
    throw new ConfigError('RESUME_CHANGED', message);
  }
  if (schedule.name === 'cosine' && epochs !== before) {
    reporter.warn(
      `training.epochs was ${before} and is ${epochs}: the learning rate falls over ${epochs} epochs from here on, so the rest ` +
        'is not what a run of as many from the start would have been',
    );
  }
  const graph = await (options.source === undefined ? openGraph(run) : openSource(options.source, config, options));
  if (graph.manifest.hash !== graphHash) {
    throw new ConfigError('RESUME_GRAPH', `the run was begun on graph ${graphId}, not on ${graph.manifest.id}`);
  }
  const teacher = await loadTeacher(config, graph, registries);
  if (teacher?.hash !== manifest.teacherHash) {
    throw new ConfigError(
      'RESUME_TEACHER',
      `the vectors of ${config.coldStart.teacher?.run} are not those that the run was begun with: restore its teacher, or train a new run`,
    );
  }
  return { run, manifest, config, registries, graph, teacher };
}

/** Dotted paths of the values in `changes` that differ from those in `saved`. */
function changedPaths(saved: ConfigObject, changes: ConfigObject, prefix = ''): string[] {
  const isObject = (value: unknown): value is ConfigObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return Object.entries(changes).flatMap(([key, value]) => {
    const before = ownValue(saved, key);
    if (isObject(before) && isObject(value)) return changedPaths(before, value, `${prefix}${key}.`);
    return isDeepStrictEqual(before, value) ? [] : [prefix + key];
  });
}

/** The graph of a source, stored. */
export async function openSource(
  source: GraphSource | StoredGraph,
  config: { readonly data?: DataConfigInput },
  options: Pick<AnyTrainOptions, 'graphsDir' | 'reporter'>,
): Promise<StoredGraph> {
  const graphsDir = options.graphsDir ?? TRAIN_DEFAULTS.graphsDir;
  if (typeof source === 'string' && isGraphFolder(source)) return loadGraph(source);
  if (typeof source === 'object' && 'manifest' in source) return source.folder ? source : saveGraph(source, graphsDir);
  const graph = await buildGraph(source, { data: config.data, graphsDir, reporter: options.reporter });
  options.reporter?.info(`graph ${graph.folder}`);
  return graph;
}
