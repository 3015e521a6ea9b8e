/**
 * The files of a run: `config.yaml` (resolved), `manifest.json`, `metrics.jsonl`, `last.state` (everything that
 * resuming needs), `best.state` (the selected weights and the embeddings made from them), `report.json` at the end.
 * Every write is whole or not at all, so a killed process leaves a folder that resumes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { fromEarlierForm } from '../config/earlier-forms.js';
import { isTemporaryOf, writeFileAtomic } from '../core/atomic-file.js';
import { ConfigError, DataError } from '../core/errors.js';
import { type ConfigObject, readConfigFile } from '../core/strict-config.js';
import { isGraphFolder } from '../graph/graph-store.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { Embeddings } from '../retrieval/recommender.js';
import type { EpochRecord, SourceReport, TrainReport } from './report.js';
import { LOCK_FILE } from './run-lock.js';
import { readStateFile, type StateArray, type StateFile, writeStateFile } from './state-file.js';
import type { PrototypeSet, RunManifest } from './trained-run.js';

export const RUN_FORMAT_VERSION = 1;
const MANIFEST = 'manifest.json';
const RUN_FILES = [MANIFEST, 'config.yaml', 'metrics.jsonl', 'last.state', 'best.state', 'report.json'];
const isOfRun = (name: string): boolean => RUN_FILES.some((file) => name === file || isTemporaryOf(name, file));

/** What `last.state` holds beside the arrays. */
export interface ResumeState {
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

interface BestState {
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
  constructor(readonly path: string) {}

  file(name: string): string {
    return join(this.path, name);
  }

  get exists(): boolean {
    return existsSync(this.file(MANIFEST));
  }

  /** What stands in the way of a new run: anything in the folder but a run and what a killed process leaves of one. */
  get foreign(): string[] {
    if (this.exists || !existsSync(this.path)) return [];
    if (!statSync(this.path).isDirectory()) return [this.path];
    return readdirSync(this.path).filter((name) => !name.startsWith(LOCK_FILE) && !isOfRun(name));
  }

  /** Makes a run of its configuration and manifest; of an earlier one nothing stays, of other files everything. */
  create(config: ConfigObject, manifest: RunManifest): void {
    mkdirSync(this.path, { recursive: true });
    // the manifest makes the folder a run: gone first, there last
    const names = readdirSync(this.path).filter(isOfRun);
    for (const name of [MANIFEST, ...names]) rmSync(this.file(name), { force: true });
    this.writeConfig(config);
    this.writeManifest(manifest);
  }

  writeConfig(config: ConfigObject): void {
    writeFileAtomic(this.file('config.yaml'), stringify(config));
  }

  writeManifest(manifest: RunManifest): void {
    writeFileAtomic(this.file(MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  }

  /** @throws DataError `RUN_MISSING` when there is no run here, `RUN_FORMAT` for a newer format */
  readManifest(): RunManifest {
    const location = { file: this.file(MANIFEST) };
    if (isGraphFolder(this.path)) {
      const message = `this is a graph, not a run; train on it first: twinlight train ${this.path}`;
      throw new DataError('RUN_MISSING', message, { location: { file: this.path } });
    }
    if (!this.exists) {
      throw new DataError('RUN_MISSING', 'no run in this folder; make one with `twinlight train`', { location });
    }
    let manifest: RunManifest;
    try {
      manifest = JSON.parse(readFileSync(location.file, 'utf8')) as RunManifest;
    } catch (cause) {
      throw new DataError('RUN_DAMAGED', `not readable as JSON (${(cause as Error).message})`, { location, cause });
    }
    if (manifest.formatVersion > RUN_FORMAT_VERSION) {
      const message = `run format ${manifest.formatVersion}, but this version of twinlight reads up to ${RUN_FORMAT_VERSION}; upgrade twinlight`;
      throw new DataError('RUN_FORMAT', message, { location });
    }
    return manifest;
  }

  /** In today's form, whichever version wrote it. */
  readConfig(): ConfigObject {
    return fromEarlierForm(readConfigFile(this.file('config.yaml')));
  }

  writeLast(meta: ResumeState, arrays: Record<string, StateArray>): void {
    writeStateFile(this.file('last.state'), { meta, arrays });
    const lines = meta.history.map((record) => `${JSON.stringify(record)}\n`).join('');
    writeFileAtomic(this.file('metrics.jsonl'), lines);
  }

  readLast(): StateFile<ResumeState> | undefined {
    return readStateFile<ResumeState>(this.file('last.state'));
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
    writeStateFile(this.file('best.state'), { meta, arrays });
  }

  readBest(): StateFile<BestState> | undefined {
    return readStateFile<BestState>(this.file('best.state'));
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
    const path = this.file('report.json');
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as TrainReport) : undefined;
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
