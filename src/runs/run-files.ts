/** Names of the files of a run folder, and of what killed processes leave among them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { discard, isTemporaryOf, sweepTemporaries } from '../core/disk/temporary-names.js';
import { LOCK_FILE } from './run-lock.js';

export const MANIFEST = 'manifest.json';
export const CONFIG = 'config.yaml';
export const REPORT = 'report.json';
export const EPOCHS = 'metrics.jsonl';
const RUN_FILES = [MANIFEST, CONFIG, EPOCHS, 'last.state', 'best.state', REPORT];
/** Version 0.1 wrote its lock under such a name first, and moved a stale one to such a name. */
const EARLIER_LOCK = new RegExp(`^${LOCK_FILE}\\.[0-9a-f-]{36}$`);

/** Where the settings that a run is chosen from are tried, before the run is there. */
const PILOTS = 'pilots';
export const pilotsFolderOf = (folder: string): string => join(folder, PILOTS);

/** Whether a file belongs to a run, or is to become or was one that does. */
export const isOfRun = (name: string): boolean => RUN_FILES.some((file) => name === file || isTemporaryOf(name, file));
/** What says that a run is being made: see `RunFolder.create`. */
const isMark = (name: string): boolean => isTemporaryOf(name, MANIFEST);
const isOfLock = (name: string): boolean =>
  name === LOCK_FILE || isTemporaryOf(name, LOCK_FILE) || EARLIER_LOCK.test(name);

/** What a folder without a manifest holds beside what killed processes leave of a run; the path itself where it is no folder. */
export function foreignNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = namesIn(folder);
  if (names === undefined) return [folder];
  // a run that was being made anew: what is beside it was beside the earlier one
  if (names.some(isMark)) return [];
  return names.filter((name) => !isOfLock(name) && !isOfRun(name) && name !== PILOTS);
}

/** Whether a process has begun to make a run in a folder that has no manifest. */
export function isBegun(folder: string): boolean {
  return (namesIn(folder) ?? []).some((name) => isMark(name) || isOfLock(name) || name === PILOTS);
}

/** Removes what processes left that were killed while they wrote the run. For who has the folder's lock. */
export function sweepRun(folder: string): void {
  sweepTemporaries(folder, (target) => RUN_FILES.includes(target));
  const isMade = existsSync(join(folder, MANIFEST));
  const left = namesIn(folder)?.filter((name) => EARLIER_LOCK.test(name) || (isMade && isMark(name)));
  for (const name of left ?? []) discard(join(folder, name));
}

/** Undefined where it is no folder. */
function namesIn(folder: string): string[] | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : undefined;
}
