/**
 * Where the refit of a run lies: a run of its own in `refit/`, trained on train and validation for the epochs that validation
 * chose. It is what is served, once it is finished and is of what the run has selected.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RunFolder } from './run-folder.js';

const REFIT = 'refit';

/** Of the run in `folder`, whether or not it is there. */
export const refitFolderOf = (folder: string): string => join(folder, REFIT);

/**
 * The folder that answers for a run: its refit where there is a finished one, else its own.
 * @param folder of a run
 */
export function servedFolder(folder: string): string {
  const refit = refitFolderOf(folder);
  return isRefitOf(folder, refit) ? refit : folder;
}

function isRefitOf(folder: string, refit: string): boolean {
  const [run, again] = [new RunFolder(folder), new RunFolder(refit)];
  if (!run.exists || !again.exists || !existsSync(again.file('report.json'))) return false;
  const [selected, refitted] = [run.readManifest(), again.readManifest()];
  return selected.finished && refitted.finished && refitted.epochs === selected.bestEpoch;
}
