/**
 * Runs that lie in a run and answer in its place, once they are finished and are of what the run has selected: the refit, in `refit/`, trained on
 * train and validation for the epochs that validation chose; and the stand-in, in `better/`, which validation found better than what was
 * trained. A stand-in may have a refit of its own.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RunFolder } from './run-folder.js';
import type { RunManifest } from './trained-run.js';

const REFIT = 'refit';

/** Of the run in `folder`, whether or not it is there. */
export const refitFolderOf = (folder: string): string => join(folder, REFIT);

const STAND_IN = 'better';

/** Of the run in `folder`, whether or not it is there. */
export const standInFolderOf = (folder: string): string => join(folder, STAND_IN);

/** Of a run that is trained anew: neither is of what it will select. */
export function dropRunsWithin(folder: string): void {
  for (const within of [refitFolderOf(folder), standInFolderOf(folder)])
    rmSync(within, { recursive: true, force: true });
}

/**
 * The folder that answers for a run: what stands in for it, or its refit, where there is a finished one; else its own.
 * @param folder of a run
 */
export function servedFolder(folder: string): string {
  const standIn = standInFolderOf(folder);
  if (isStandInOf(folder, standIn)) return servedFolder(standIn);
  const refit = refitFolderOf(folder);
  return isRefitOf(folder, refit) ? refit : folder;
}

function isRefitOf(folder: string, refit: string): boolean {
  const both = finishedManifests(folder, refit);
  return both !== undefined && both.within.epochs === both.outer.bestEpoch;
}

/** Whether the run in `standIn` answers for that in `folder`. */
export function isStandInOf(folder: string, standIn: string): boolean {
  const both = finishedManifests(folder, standIn);
  return both !== undefined && both.within.standsInForEpoch === both.outer.bestEpoch;
}

function finishedManifests(folder: string, inner: string): { outer: RunManifest; within: RunManifest } | undefined {
  const [run, other] = [new RunFolder(folder), new RunFolder(inner)];
  if (!run.exists || !other.exists || !existsSync(other.file('report.json'))) return undefined;
  const [outer, within] = [run.readManifest(), other.readManifest()];
  return outer.finished && within.finished ? { outer, within } : undefined;
}
