/**
 * One version of a bundle, opened and tried before anybody is answered from it: all its files have the sums of its manifest, and for a
 * sample of its users its index finds what comparing all vectors finds.
 */
import { sha256OfFile } from '../core/atomic-file.js';
import { settledFolder } from '../core/disk/atomic-folder.js';
import { DataError } from '../core/errors.js';
import { plainFile } from '../core/outside/stored-file.js';
import { Rng } from '../core/rng.js';
import { MANIFEST_FILE } from '../export/bundle-manifest.js';
import { type Bundle, type OpenBundleOptions, openBundle } from '../export/read-bundle.js';
import { indexInStore, type OpenStore } from '../export/targets/target-index.js';

export interface Edition {
  readonly bundle: Bundle;
  /** sha256 of the manifest, which names the sums of all files: the same for the same bytes. */
  readonly version: string;
  readonly openedAt: Date;
  /** Of the sample, recall of the index against all vectors. */
  readonly recall: number;
}

export interface TryOptions {
  /** Least recall of the index over the sample. */
  readonly minRecall: number;
  /** Most of its items that a bundle may lack of those of the one before it, as a share. */
  readonly maxShrink: number;
  /** Where items are found; the bundle's own index by default. */
  readonly store?: OpenStore;
}

/** Users tried, and items each. */
const TRIED = 50;
const TRIED_K = 20;

/**
 * @param before what is served at present
 * @throws what `openServed` throws; DataError `EDITION_RECALL`, `EDITION_SHRUNK`
 */
export async function openEdition(
  path: string,
  { minRecall, maxShrink, store }: TryOptions,
  before?: Edition,
): Promise<Edition> {
  const { bundle, version } = await openServed(path, store);
  const [had, has] = [before?.bundle.items.size ?? 0, bundle.items.size];
  if (has < (1 - maxShrink) * had) {
    throw new DataError(
      'EDITION_SHRUNK',
      `${path} has ${has} items, and what is served has ${had}: more than ${100 * maxShrink} % are gone; if that is meant, start the service anew`,
    );
  }
  const recall = await recallOf(bundle);
  if (recall < minRecall) {
    const found = `its index finds ${recall.toFixed(3)} of what comparing all vectors finds`;
    throw new DataError('EDITION_RECALL', `${path}: ${found}, ${minRecall} at least are asked for; export it again`);
  }
  return { bundle, version, openedAt: new Date(), recall };
}

/**
 * A bundle, and the version that it is of: never one and the version of the next.
 * @param options of `openBundle`
 * @throws what `openBundle` throws; DataError `EDITION_REPLACED`
 */
export async function openServed(
  path: string,
  store?: OpenStore,
  options: OpenBundleOptions = {},
): Promise<Pick<Edition, 'bundle' | 'version'>> {
  const version = await versionOf(path);
  const opened = await openBundle(path, { ...options, whole: true });
  const bundle = store ? opened.withIndex(await indexInStore(store, opened)) : opened;
  if ((await versionOf(path)) === version) return { bundle, version };
  throw new DataError('EDITION_REPLACED', `${path} was replaced while it was opened; it is looked at again`);
}

/** Of the bundle that lies there now. @throws DataError `BUNDLE_MISSING` */
export async function versionOf(path: string): Promise<string> {
  const folder = settledFolder(path);
  const missing = `no ${MANIFEST_FILE} in "${path}": not a bundle of twinlight export`;
  const remedy = 'export a run to this folder';
  return sha256OfFile(plainFile({ folder, name: MANIFEST_FILE, code: 'BUNDLE_MISSING', missing, remedy }));
}

/** By the kernels, over a sample small enough to hold no request up; `export` has looked at more (`verify-index.ts`). */
async function recallOf({ serving, users, index }: Bundle): Promise<number> {
  // compared with itself, it would say nothing
  if (index.isExact) return 1;
  const rng = Rng.of(1, 'edition');
  const drawn = Int32Array.from({ length: Math.min(TRIED, users.size) }, () => rng.integer(users.size));
  const tried = drawn.filter((user) => serving.knows(user));
  const { k, scores } = await serving.ranker().recommend(tried, TRIED_K);
  let found = 0;
  for (const [query, user] of tried.entries()) {
    const came = await serving.recommend(user, k, new Int32Array(0));
    // equal scores may stand in another order, and are summed in another one: what is as good as the last one counts
    const last = scores[(query + 1) * k - 1];
    const slack = 1e-5 * Math.abs(scores[query * k]);
    for (const [rank, item] of came.ids.entries()) if (item >= 0 && came.scores[rank] >= last - slack) found++;
  }
  return tried.length * k === 0 ? 1 : Math.min(1, found / (tried.length * k));
}
