/** The runs in a folder at a glance: what each is, how far it came, and what the epoch that it selected is worth. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, TwinlightError } from '../core/errors.js';
import { readEpochRecords } from './epoch-records.js';
import { servedFolder } from './refit-folder.js';
import { CONFIG, EPOCHS, MANIFEST } from './run-files.js';
import { RunFolder } from './run-folder.js';
import { isTraining } from './run-lock.js';
import type { RunManifest } from './trained-run.js';

/** `running`: a living process of this machine trains it. `interrupted`: none does, and it is not finished. */
export type RunState = 'finished' | 'running' | 'interrupted';

export interface ListedRun {
  readonly folder: string;
  readonly id: string;
  readonly preset: string;
  readonly graph: string;
  readonly state: RunState;
  /** Whether a finished refit answers for it. */
  readonly refitted: boolean;
  /** Begun; of one that is not finished, ended. */
  readonly epochs: number;
  /** 0 before any validation, and for what needs no training. */
  readonly bestEpoch: number;
  /** The metric that chooses the epoch, `ndcg@20`. */
  readonly monitor: string;
  /** Its value on validation and test, of the selected epoch; absent where there is none (yet). */
  readonly valid?: number;
  readonly test?: number;
  /** When an epoch or the run ended last. ISO 8601. */
  readonly changed: string;
}

export interface RunList {
  /** The one that changed last first; of the same moment by folder. */
  readonly runs: readonly ListedRun[];
  /** What looks like a run and can't be read, and why. */
  readonly unreadable: readonly { readonly folder: string; readonly problem: string }[];
}

/**
 * @param path a folder of runs, or of one
 * @throws ConfigError `RUNS_FOLDER` where there is no such folder
 */
export function listRuns(path: string): RunList {
  const runs: ListedRun[] = [];
  const unreadable: { folder: string; problem: string }[] = [];
  for (const folder of runFoldersIn(path)) {
    try {
      runs.push(listedRun(folder));
    } catch (error) {
      if (!(error instanceof TwinlightError)) throw error;
      unreadable.push({ folder, problem: error.message });
    }
  }
  runs.sort((a, b) => Number(a.changed < b.changed) - Number(a.changed > b.changed) || (a.folder < b.folder ? -1 : 1));
  return { runs, unreadable };
}

function runFoldersIn(path: string): string[] {
  if (isRun(path)) return [path];
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (cause) {
    throw new ConfigError('RUNS_FOLDER', `${path}: expected a folder of runs (${(cause as Error).message})`, { cause });
  }
  return names.map((name) => join(path, name)).filter(isRun);
}

/** Graphs and bundles have a manifest too. */
const isRun = (folder: string): boolean => [MANIFEST, CONFIG].every((name) => existsSync(join(folder, name)));

function listedRun(path: string): ListedRun {
  const folder = new RunFolder(path);
  const manifest = folder.readManifest();
  const { id, preset, graphId, finished, monitor } = manifest;
  const { epochs, bestEpoch, bestValue } = finished ? manifest : progressOf(path, manifest);
  const report = folder.readReport();
  const state = isTraining(path) ? 'running' : finished ? 'finished' : 'interrupted';
  return {
    folder: path,
    id,
    preset,
    graph: graphId,
    state,
    refitted: servedFolder(path) !== path,
    epochs,
    bestEpoch,
    monitor,
    // what needs no training selects nothing, and has validation figures all the same
    valid: bestValue ?? report?.valid[monitor],
    test: report?.test[monitor],
    changed: new Date(Math.max(...[MANIFEST, EPOCHS].map((name) => changedAt(folder.file(name))))).toISOString(),
  };
}

type Progress = Pick<RunManifest, 'epochs' | 'bestEpoch' | 'bestValue'>;

/** A manifest knows of epochs only once training has ended; until then their records do. */
function progressOf(path: string, manifest: Pick<RunManifest, 'monitor'> & Progress): Progress {
  const records = readEpochRecords(path);
  const last = records.at(-1);
  if (last === undefined) return manifest;
  const validated = records.flatMap(({ epoch, valid }) => {
    const value = valid?.[manifest.monitor];
    return typeof value === 'number' ? [{ epoch, value }] : [];
  });
  // the first of equal ones, as training chooses
  const best = validated.reduce<(typeof validated)[0] | undefined>(
    (so, one) => (so === undefined || one.value > so.value ? one : so),
    undefined,
  );
  return { epochs: last.epoch, bestEpoch: best?.epoch ?? 0, bestValue: best?.value ?? null };
}

/** Milliseconds since 1970; 0 where there is no such file. */
const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
