/** What a path on the command line names: a stored graph, a run, or logs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, Reporter, TrainedRun } from '../index.js';
import type { Api, ExtensionOptions } from './command-line.js';

export type Target =
  | { readonly kind: 'graph'; readonly folder: string }
  | { readonly kind: 'run'; readonly folder: string }
  /** Nothing of ours: taken for logs. */
  | { readonly kind: 'source'; readonly path: string };

/** A bare id is looked up under `graphs/` and `checkpoints/` when nothing of that name lies in the current folder. */
export function targetOf(api: Api, path: string): Target {
  const candidates = existsSync(path) ? [path] : [join('graphs', path), join('checkpoints', path)];
  for (const folder of candidates) {
    if (api.isGraphFolder(folder)) return { kind: 'graph', folder };
    if (isRunFolder(folder)) return { kind: 'run', folder };
  }
  return { kind: 'source', path };
}

/** The folder of a study, by its path or by its id under `studies/`; undefined where there is none. */
export function studyFolderOf(api: Api, path: string): string | undefined {
  return (existsSync(path) ? [path] : [join('studies', path)]).find((folder) => api.isStudyFolder(folder));
}

/** The folder of a run, by its path or by its id under `checkpoints/`. */
export function runFolderOf(path: string): string {
  return !existsSync(path) && existsSync(join('checkpoints', path)) ? join('checkpoints', path) : path;
}

/** A run by its path or its id, with the extensions that it was trained with. */
export async function openRun(api: Api, path: string, { extension = [] }: ExtensionOptions): Promise<TrainedRun> {
  return api.loadRun(runFolderOf(path), { extensions: await api.importExtensions(extension) });
}

/** What answers for a run: what stands in for it, or its refit, where it has one. */
export async function openServed(
  api: Api,
  path: string,
  options: ExtensionOptions,
  reporter: Reporter,
): Promise<TrainedRun> {
  const folder = runFolderOf(path);
  return openRun(api, servedFolderOf(api, folder, reporter), options);
}

/** The folder that answers for a run, and a word on which it is. */
export function servedFolderOf(api: Api, folder: string, reporter: Reporter): string {
  const served = api.servedFolder(folder);
  if (served !== folder) reporter.info(`this is ${served}, which answers for ${folder}`);
  else if (isRunFolder(api.refitFolderOf(folder))) {
    reporter.warn(
      `the refit of ${folder} is not done, or is of another epoch: this is the run itself; go on with twinlight train --run ${folder} --resume --refit`,
    );
  }
  return served;
}

/** A run, or a bundle by its folder: what answers for users and items. */
export async function openServable(
  api: Api,
  path: string,
  options: ExtensionOptions,
  reporter: Reporter,
): Promise<
  { readonly run: TrainedRun; readonly bundle?: undefined } | { readonly run?: undefined; readonly bundle: Bundle }
> {
  const isBundle = ['manifest.json', 'item_ids.txt'].every((name) => existsSync(join(path, name)));
  return isBundle ? { bundle: await api.openBundle(path) } : { run: await openServed(api, path, options, reporter) };
}

/** Its best weights so far may not be its best. */
export function warnOfUnfinished({ folder, manifest }: TrainedRun, reporter: Reporter): void {
  if (manifest.finished) return;
  reporter.warn(
    `${folder} is not finished: these are its best weights so far; go on with twinlight train --run ${folder} --resume`,
  );
}

const isRunFolder = (folder: string): boolean =>
  ['manifest.json', 'config.yaml'].every((name) => existsSync(join(folder, name)));
