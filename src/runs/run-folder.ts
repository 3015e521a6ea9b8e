/**
 * The files of a run: `config.yaml` (resolved), `manifest.json`, `metrics.jsonl`, `last.state` (everything that
 * resuming needs), `best.state` (the selected weights and the embeddings made from them), `report.json` at the end.
 * Every write is whole or not at all, so a killed process leaves a folder that resumes.
 */
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { fromStoredForm } from '../config/earlier-forms.js';
import { refuseMissingExtensions } from '../config/extensions/missing-extension.js';
import { BUILT_IN, type Registries } from '../config/registries.js';
import { resolveConfig } from '../config/resolve-config.js';
import type { RunConfig } from '../config/run-config.js';
import { sha256Of, writeFileAtomic } from '../core/atomic-file.js';
import { discard, temporaryName } from '../core/disk/temporary-names.js';
import { ConfigError, DataError } from '../core/errors.js';
import { parseBoundedJson } from '../core/outside/nesting.js';
import { plainFile, readStoredFile, readStoredJson, type StoredFile } from '../core/outside/stored-file.js';
import { type ConfigObject, parseConfigText } from '../core/strict-config.js';
import { isGraphFolder } from '../graph/graph-store.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { Embeddings } from '../retrieval/recommender.js';
import { type OfRun, readBoundState, writeBoundState } from './bound-state.js';
import type { EpochRecord, SourceReport, TrainReport } from './report.js';
import { CONFIG, EPOCHS, foreignNames, isBegun, isOfRun, MANIFEST, REPORT } from './run-files.js';
import {
  bestStateSchema,
  resumeStateSchema,
  runManifestSchema,
  trainReportSchema,
  versionSchema,
} from './run-records.js';
import type { StateArray, StateFile } from './state-file.js';
import type { PrototypeSet, RunManifest } from './trained-run.js';

export const RUN_FORMAT_VERSION = 1;
/** A table of events may be long. */
const MAX_RECORD_BYTES = 16 * 2 ** 20;

/** What `last.state` holds beside the arrays. */
export interface ResumeState extends OfRun {
  /** Steps made. */
  readonly step: number;
  /** Epoch that is under way (from 1), and batches of it that are done. */
  readonly epoch: number;
  readonly batchesDone: number;
  readonly adamStep: number;
  /** Sums of each loss part over the batches done. */
  readonly partSums: Readonly<Record<string, number>>;
  readonly bestEpoch: number;
  readonly bestValue: number;
  /** Validations since the best one. */
  readonly validationsSinceBest: number;
  /** Most of them in a row so far; what a curriculum of negatives waits for. */
  readonly longestStall: number;
  /** What the epoch's probed step said of the negative sources. */
  readonly negatives?: Readonly<Record<string, SourceReport>>;
  readonly finished: boolean;
  readonly history: readonly EpochRecord[];
}

interface BestState extends OfRun {
  readonly epoch: number;
  readonly embeddingDim: number;
  readonly normalized: boolean;
}

/** What `best.state` is made of. */
interface BestWeights {
  readonly epoch: number;
  readonly embeddings: Embeddings;
  /** By their names in the file; absent: none. */
  readonly prototypes?: Readonly<Record<string, PrototypeSet>>;
  /** The model's variables, from which the embeddings were made; absent where it has none. */
  readonly weights?: Readonly<Record<string, StateArray>>;
}

export class RunFolder {
  /** sha256 of the config.yaml that this object wrote: what every manifest from then on says. */
  private configHash: string | undefined;
  /** Of the manifest, once it was needed. */
  private runHash: string | undefined;

  constructor(readonly path: string) {}

  file(name: string): string {
    return join(this.path, name);
  }

  get exists(): boolean {
    return existsSync(this.file(MANIFEST));
  }

  /** What stands in the way of a new run: anything in the folder but a run and what a killed process leaves of one. */
  get foreign(): string[] {
    if (this.exists) return this.holdsOtherManifest ? [MANIFEST] : [];
    return foreignNames(this.path);
  }

  /** Whether the manifest is a graph's, a bundle's or another program's. What can't be read is taken for a damaged run's. */
  private get holdsOtherManifest(): boolean {
    try {
      const bytes = readStoredFile(this.stored(MANIFEST), MAX_RECORD_BYTES);
      const { preset, graphHash } = parseBoundedJson(bytes) as Partial<RunManifest>;
      return typeof preset !== 'string' || typeof graphHash !== 'string';
    } catch {
      return !existsSync(this.file(CONFIG));
    }
  }

  /**
   * Makes a run of its configuration and manifest, after `prepare` has written what else belongs to it; of an earlier run
   * nothing stays, of other files everything. For who has the folder's lock.
   */
  create(config: ConfigObject, manifest: RunManifest, prepare: () => void = () => {}): void {
    // the manifest makes the folder a run: gone first, there last. Between, a mark says that a run is being made
    this.runHash = manifest.runHash;
    const mark = temporaryName(this.file(MANIFEST), 'aside');
    const isAnew = this.exists;
    if (isAnew) renameSync(this.file(MANIFEST), mark);
    else writeFileSync(mark, '');
    try {
      for (const name of this.ownNames) if (this.file(name) !== mark) rmSync(this.file(name), { force: true });
      prepare();
      this.writeConfig(config);
      this.writeManifest(manifest);
    } catch (error) {
      if (!isAnew) for (const name of this.ownNames) discard(this.file(name));
      throw error;
    }
    discard(mark);
  }

  private get ownNames(): string[] {
    return readdirSync(this.path).filter(isOfRun);
  }

  /** In a run that is there, a manifest must follow; until then either configuration is the run's. */
  writeConfig(config: ConfigObject): void {
    const text = stringify(config);
    const hash = sha256Of(text);
    if (this.exists) this.writeManifest({ ...this.readManifest(), nextConfigHash: hash });
    writeFileAtomic(this.file(CONFIG), text);
    this.configHash = hash;
  }

  writeManifest(manifest: RunManifest): void {
    const { configHash = manifest.configHash } = this;
    // what this object wrote has replaced what was to be replaced
    const next = this.configHash === undefined ? manifest.nextConfigHash : undefined;
    const sealed: RunManifest = { ...manifest, configHash, nextConfigHash: next };
    writeFileAtomic(this.file(MANIFEST), `${JSON.stringify(sealed, null, 2)}\n`);
  }

  /** @throws DataError `RUN_MISSING` when there is no run here, `RUN_FORMAT` for a newer format */
  readManifest(): RunManifest {
    const location = { file: this.file(MANIFEST) };
    if (isGraphFolder(this.path)) {
      const message = `this is a graph, not a run; train on it first: twinlight train ${this.path}`;
      throw new DataError('RUN_MISSING', message, { location: { file: this.path } });
    }
    if (!this.exists) {
      const message = isBegun(this.path)
        ? 'a run was being made in this folder when its process ended; give the command that makes it again'
        : 'no run in this folder; make one with `twinlight train`';
      throw new DataError('RUN_MISSING', message, { location });
    }
    const file = this.stored(MANIFEST);
    const { formatVersion } = readStoredJson(versionSchema, file);
    if (formatVersion > RUN_FORMAT_VERSION) {
      const message = `run format ${formatVersion}, but this version of twinlight reads up to ${RUN_FORMAT_VERSION}; upgrade twinlight`;
      throw new DataError('RUN_FORMAT', message, { location });
    }
    return readStoredJson(runManifestSchema, file);
  }

  /**
   * In today's form, whichever version wrote it.
   * @throws DataError `RUN_CONFIG_CHANGED` where it is not the one that was written, `RUN_DAMAGED`
   */
  readConfig(): ConfigObject {
    const file = this.file(CONFIG);
    const bytes = readStoredFile(this.stored(CONFIG), MAX_RECORD_BYTES);
    const { configHash, nextConfigHash } = this.readManifest();
    // runs of version 0.1 have no seal
    if (configHash !== undefined && ![configHash, nextConfigHash].includes(sha256Of(bytes))) {
      const message =
        'this file was changed since the run was trained, so it no longer says what was trained; restore it, or train ' +
        `a new run with it: twinlight train <graph> --config ${file}`;
      throw new DataError('RUN_CONFIG_CHANGED', message, { location: { file } });
    }
    return fromStoredForm(asDamage(file, () => parseConfigText(bytes.toString('utf8'), file)));
  }

  /**
   * The whole configuration of the run, checked.
   * @param registries where its names are looked up
   * @throws DataError as `readConfig`; ConfigError `EXTENSION_MISSING`
   */
  resolvedConfig(registries: Registries = BUILT_IN): RunConfig {
    const file = this.file(CONFIG);
    const config = this.readConfig();
    refuseMissingExtensions(config, registries, file);
    return asDamage(file, () => resolveConfig([config], file, registries));
  }

  private stored(name: string): StoredFile {
    return { folder: this.path, name, code: 'RUN_DAMAGED', remedy: 'restore it, or train the run again' };
  }

  private readState<Meta extends OfRun>(name: string, schema: z.ZodType<Meta>): StateFile<Meta> | undefined {
    if (!existsSync(this.file(name))) return undefined;
    return readBoundState(plainFile(this.stored(name)), schema, this.readManifest().runHash);
  }

  private writeState(name: string, state: StateFile<OfRun>): void {
    this.runHash ??= this.readManifest().runHash;
    writeBoundState(this.file(name), state, this.runHash);
  }

  writeLast(meta: ResumeState, arrays: Record<string, StateArray>): void {
    this.writeState('last.state', { meta, arrays });
    const lines = meta.history.map((record) => `${JSON.stringify(record)}\n`).join('');
    writeFileAtomic(this.file(EPOCHS), lines);
  }

  readLast(): StateFile<ResumeState> | undefined {
    return this.readState('last.state', resumeStateSchema);
  }

  writeBest({ epoch, embeddings, prototypes = {}, weights = {} }: BestWeights): void {
    const { embeddingDim, normalized, users, items } = embeddings;
    const named = Object.entries(weights).map(([name, array]) => [`weights/${name}`, array] as const);
    const arrays: Record<string, StateArray> = {
      ...Object.fromEntries(named),
      users: { shape: [users.length / embeddingDim, embeddingDim], values: users },
      items: { shape: [items.length / embeddingDim, embeddingDim], values: items },
    };
    for (const [name, set] of Object.entries(prototypes)) {
      arrays[name] = { shape: [set.numPrototypes, set.embeddingDim], values: set.vectors };
    }
    const meta: BestState = { epoch, embeddingDim, normalized };
    this.writeState('best.state', { meta, arrays });
  }

  readBest(): StateFile<BestState> | undefined {
    return this.readState('best.state', bestStateSchema);
  }

  writeReport(report: TrainReport): void {
    writeFileAtomic(this.file('report.json'), `${JSON.stringify(report, null, 2)}\n`);
  }

  /** A report of fewer steps than the run has. */
  dropReport(): void {
    rmSync(this.file('report.json'), { force: true });
  }

  /** Undefined while the run is unfinished. */
  readReport(): TrainReport | undefined {
    return existsSync(this.file(REPORT)) ? readStoredJson(trainReportSchema, this.stored(REPORT)) : undefined;
  }
}

/** What is wrong with a stored configuration is wrong with data: nobody has just given it. */
function asDamage<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new DataError('RUN_DAMAGED', `${cause.message}; restore ${file}, or train the run again`, { cause });
  }
}

/** Where the run's graph lies, seen from the run folder. */
export function graphFolderOf(run: RunFolder, graph: StoredGraph): string {
  if (graph.folder === undefined) {
    throw new ConfigError('GRAPH_NOT_STORED', 'save the graph first (saveGraph): a run refers to a stored graph');
  }
  return relative(resolve(run.path), resolve(graph.folder));
}

export function runIdOf(folder: string): string {
  return basename(resolve(folder));
}
