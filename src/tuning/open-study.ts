/** A study as it is asked for: checked before a folder is made, or compared with the one that is there. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { useBackend } from '../backend/index.js';
import type { NoExtensions, RunConfigLayer } from '../config/config-layer.js';
import type { Extensions } from '../config/extensions/extensions.js';
import { registriesWith } from '../config/extensions/registries-with.js';
import { DEFAULT_PRESET, presetOf } from '../config/presets/registry.js';
import type { Registries } from '../config/registries.js';
import { resolveConfig } from '../config/resolve-config.js';
import type { RunConfig } from '../config/run-config.js';
import { sha256Of } from '../core/atomic-file.js';
import { ConfigError } from '../core/errors.js';
import type { Reporter } from '../core/reporter.js';
import { type ConfigObject, mergeLayers, parseAssignments } from '../core/strict-config.js';
import { loadGraph } from '../graph/graph-store.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { refuseAbsentTask } from '../training/monitored-task.js';
import { type AshaOptions, rungsOf } from './asha.js';
import { checkSpace } from './check-space.js';
import { presetSpaceOf } from './preset-spaces.js';
import type { SamplerName } from './samplers.js';
import { parseSearchSpace } from './search-space.js';
import { isStudyFolder, newStudyRecord, readStudyRecord, type StudyRecord } from './study-records.js';

export const TUNE_DEFAULTS = Object.freeze({
  studiesDir: 'studies',
  /** Too few: hardly more than the ten random ones; too many: the best on validation is more and more luck. */
  trials: 30,
  sampler: 'tpe' satisfies SamplerName as SamplerName,
  seed: 1,
  reduction: 3,
});

/** @typeParam Own the extensions that are given, whose options `config` then knows as well */
export interface TuneOptions<Own extends Extensions = NoExtensions> {
  /** Folder of a stored graph, or a stored graph. */
  readonly source?: string | StoredGraph;
  readonly preset?: string;
  /** Laid over the preset, in every trial. */
  readonly config?: RunConfigLayer<Own>;
  /** `key.path=value` assignments, laid over that. */
  readonly set?: readonly string[];
  /** What is tried. Default: the preset's own (`PRESET_SPACES`). */
  readonly space?: Readonly<Record<string, unknown>>;
  readonly sampler?: SamplerName;
  /** Trials of the whole study. A study that is there may be given more. */
  readonly trials?: number;
  /** Successive halving. Default: every trial is trained to its end. */
  readonly asha?: Partial<AshaOptions>;
  /** Of what is drawn from the space; `seed` in `config` is that of every training. */
  readonly seed?: number;
  /** Folder of the study. Default: `<studiesDir>/<graph>_<preset>_<hash of what is asked>`. */
  readonly out?: string;
  readonly studiesDir?: string;
  /** As in `TrainOptions`; given again whenever the study goes on. */
  readonly extensions?: Own;
  readonly backend?: string;
  readonly reporter?: Reporter;
  /** Aborting saves the trial under way and returns. */
  readonly signal?: AbortSignal;
}

export type AnyTuneOptions = TuneOptions<Extensions>;

export interface OpenedStudy {
  readonly folder: string;
  readonly study: StudyRecord;
  readonly graph: StoredGraph;
  readonly registries: Registries;
}

/**
 * A study that is there goes on as it was asked for, on its own graph; nothing of it may be given otherwise.
 * @throws ConfigError `TUNE_*`, or what is wrong with the configuration or the space
 */
export async function openStudy(options: AnyTuneOptions): Promise<OpenedStudy> {
  const registries = registriesWith(options.extensions);
  if (options.source === undefined) {
    const folder = options.out;
    if (folder === undefined) throw new ConfigError('TUNE_NO_SOURCE', 'give a graph folder, or the folder of a study');
    refuseGiven(options);
    const study = readStudyRecord(folder);
    const graph = await loadGraph(join(folder, study.graphFolder));
    return { folder, study, graph: sameGraph(study, graph, folder), registries };
  }
  const graph = typeof options.source === 'string' ? await loadGraph(options.source) : options.source;
  const asked = await askedStudy(options, graph, registries);
  const hash = sha256Of(JSON.stringify(asked)).slice(0, 8);
  const folder =
    options.out ??
    join(options.studiesDir ?? TUNE_DEFAULTS.studiesDir, `${graph.manifest.name}_${asked.preset}_${hash}`);
  if (isStudyFolder(folder)) {
    const study = readStudyRecord(folder);
    refuseOther(study, asked, folder);
    return { folder, study, graph, registries };
  }
  refuseForeign(folder);
  const graphFolder = relative(resolve(folder), resolve(graph.folder!));
  const trials = options.trials ?? TUNE_DEFAULTS.trials;
  return { folder, study: newStudyRecord({ ...asked, graphFolder, trials }), graph, registries };
}

type Asked = Omit<StudyRecord, 'formatVersion' | 'graphFolder' | 'trials'>;

async function askedStudy(options: AnyTuneOptions, graph: StoredGraph, registries: Registries): Promise<Asked> {
  const { preset = DEFAULT_PRESET, sampler = TUNE_DEFAULTS.sampler, seed = TUNE_DEFAULTS.seed } = options;
  const { manifest, folder } = graph;
  if (folder === undefined) throw new ConfigError('GRAPH_NOT_STORED', 'save the graph first (saveGraph)');
  const base = presetOf(preset).config as ConfigObject;
  const config = mergeLayers((options.config ?? {}) as ConfigObject, parseAssignments(options.set ?? []));
  if (config.data !== undefined) {
    throw new ConfigError('TUNE_DATA', `data can't change: the graph ${manifest.id} is built already`);
  }
  const resolved = resolveConfig([base, config], 'configuration', registries);
  refuseUnselectable(resolved, graph);
  const space = options.space ? parseSearchSpace(options.space, 'search space') : presetSpaceOf(preset);
  const asha = options.asha ? ashaOf(options.asha, resolved) : undefined;
  checkSpace(space, [base, config], { registries, isHalving: asha !== undefined });
  const backend = await useBackend(options.backend);
  return {
    graphId: manifest.id,
    graphHash: manifest.hash,
    preset,
    config,
    space: space as StudyRecord['space'],
    sampler,
    seed,
    asha: asha ?? null,
    rungs: rungsOf(asha, resolved.training.epochs),
    monitor: resolved.training.monitor,
    backend: backend.name,
  };
}

/** Trials are compared by a validation metric of the chosen epoch: there must be one. */
function refuseUnselectable(config: RunConfig, graph: StoredGraph): void {
  const { fitOn, monitor } = config.training;
  if (fitOn !== 'train' || graph.valid.values.length === 0) {
    const why =
      fitOn === 'train' ? `the graph ${graph.manifest.id} has no validation pairs` : `training.fitOn is ${fitOn}`;
    throw new ConfigError('TUNE_NO_VALIDATION', `trials are compared by ${monitor} on validation, but ${why}`);
  }
  refuseAbsentTask(config, graph);
}

function ashaOf(
  { minEpochs, reduction = TUNE_DEFAULTS.reduction }: Partial<AshaOptions>,
  config: RunConfig,
): AshaOptions {
  const { epochs, evaluateEvery } = config.training;
  if (config.ranker.name !== 'embeddings') {
    throw new ConfigError('TUNE_ASHA', `successive halving is over epochs, and ranker ${config.ranker.name} has none`);
  }
  // three rungs below the last
  const least = minEpochs ?? Math.max(evaluateEvery, Math.ceil(epochs / reduction ** 3));
  const isWhole = Number.isInteger(least) && Number.isInteger(reduction) && reduction >= 2;
  if (isWhole && least >= evaluateEvery && least < epochs) return { minEpochs: least, reduction };
  throw new ConfigError(
    'TUNE_ASHA',
    `successive halving: expected a whole reduction ≥ 2 and whole minEpochs from ${evaluateEvery} (training.evaluateEvery) to below ` +
      `${epochs} (training.epochs), got ${reduction} and ${least}`,
  );
}

function sameGraph(study: StudyRecord, graph: StoredGraph, folder: string): StoredGraph {
  if (graph.manifest.hash === study.graphHash) return graph;
  throw new ConfigError('TUNE_GRAPH', `the study ${folder} is of graph ${study.graphId}, not of ${graph.manifest.id}`);
}

function refuseOther(study: StudyRecord, asked: Asked, folder: string): void {
  // as it would be read back
  const wanted = JSON.parse(JSON.stringify(asked)) as Record<string, unknown>;
  const key = Object.keys(wanted).find((each) => !isDeepStrictEqual(study[each], wanted[each]));
  if (key === undefined) return;
  const show = (value: unknown): string => JSON.stringify(value);
  throw new ConfigError(
    'STUDY_EXISTS',
    `${folder} holds a study with another ${key} (${show(study[key])}, not ${show(wanted[key])}): go on with it by ` +
      `\`twinlight tune ${folder}\`, or choose another folder with --out`,
  );
}

/** Of a study that is named by its folder alone. */
function refuseGiven(options: AnyTuneOptions): void {
  const own = ['preset', 'config', 'set', 'space', 'sampler', 'asha', 'seed', 'backend'] as const;
  const given = own.find((key) => options[key] !== undefined);
  if (given === undefined) return;
  throw new ConfigError('TUNE_GIVEN', `a study that goes on keeps its ${given}; only the number of trials may change`);
}

/** Anything but what a process leaves that was killed before the study was on file. */
function refuseForeign(folder: string): void {
  if (!existsSync(folder)) return;
  const isFolder = statSync(folder).isDirectory();
  const names = isFolder ? readdirSync(folder) : [];
  const foreign = names.filter((name) => name !== 'trials' && !/^\.?study\.(lock|json)/.test(name));
  if (isFolder && foreign.length === 0) return;
  const what = isFolder ? `no study (it holds ${foreign.slice(0, 3).join(', ')})` : 'no folder';
  throw new ConfigError('STUDY_EXISTS', `${folder} is ${what}; choose another one with --out`);
}
