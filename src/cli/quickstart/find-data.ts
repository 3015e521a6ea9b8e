/**
 * Which data set the main job runs on: the folder asked for, else MovieLens 100K from a data folder or from GroupLens,
 * else a planted world. Always says which, and why not the better one.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter } from '../../index.js';
import { downloadMovieLens, holdsMovieLens, MOVIELENS, writeMovieLensTables } from './movielens.js';

export type FoundData =
  | { readonly kind: 'given'; readonly path: string }
  | { readonly kind: 'movielens'; readonly path: string }
  | { readonly kind: 'planted' };

/** Folder of the package (or of the clone): two above `dist/cli/quickstart`. */
const PACKAGE_ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface FindDataOptions {
  readonly reporter: Reporter;
  readonly environment?: NodeJS.ProcessEnv;
  /** Where a download is kept. */
  readonly cacheFolder?: string;
  readonly packageRoot?: string;
  readonly download?: () => Promise<Buffer>;
}

/** @param given the path on the command line, if any */
export async function findData(given: string | undefined, options: FindDataOptions): Promise<FoundData> {
  if (given !== undefined) return { kind: 'given', path: given };
  const { reporter, download = downloadMovieLens } = options;
  const cache = join(options.cacheFolder ?? resolve('.cache'), MOVIELENS.name);
  for (const folder of [...dataFolders(options), cache]) {
    const path = holdsMovieLens(folder) ? folder : join(folder, MOVIELENS.name);
    if (!holdsMovieLens(path)) continue;
    reporter.info(`data: MovieLens 100K, found in ${path}`);
    return { kind: 'movielens', path };
  }
  try {
    reporter.info(`data: downloading MovieLens 100K (5 MB) from ${MOVIELENS.url}`);
    const archive = await download();
    mkdirSync(cache, { recursive: true });
    writeMovieLensTables(archive, cache);
    reporter.info(`data: MovieLens 100K, kept in ${cache} (for research use; see its README on GroupLens)`);
    return { kind: 'movielens', path: cache };
  } catch (error) {
    reporter.warn(`MovieLens 100K can't be had: ${(error as Error).message}`);
    reporter.info(
      'data: a planted world instead (made up, with known tastes). Set TWINLIGHT_DATA to a folder with ml-100k/ to use the real one',
    );
    return { kind: 'planted' };
  }
}

/** The folders in which data sets may lie, in the order in which they are tried. */
export function dataFolders({
  environment = process.env,
  packageRoot = PACKAGE_ROOT,
}: Pick<FindDataOptions, 'environment' | 'packageRoot'> = {}): string[] {
  const named = environment.TWINLIGHT_DATA;
  const candidates = [...(named ? [resolve(named)] : []), join(packageRoot, '..', 'shared', 'data')];
  return candidates.filter((folder) => existsSync(folder));
}
