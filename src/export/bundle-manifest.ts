/** `manifest.json` of a bundle: what the files are, where they came from, and what was checked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../core/errors.js';
import type { IndexVerification } from './verify-index.js';

export const BUNDLE_FORMAT_VERSION = 1;
export const MANIFEST_FILE = 'manifest.json';

/** Names of the files in a bundle beside the manifest. */
export const BUNDLE_FILES = Object.freeze({
  index: 'items.faiss',
  items: 'items.npy',
  users: 'users.npy',
  itemIds: 'item_ids.txt',
  userIds: 'user_ids.txt',
  parquet: 'embeddings.parquet',
  /** Only of a run whose users are made of items. */
  history: 'item_history.npy',
  readme: 'README.md',
});

export interface BundleFile {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** One sentence. */
  readonly holds: string;
}

export interface BundleManifest {
  readonly kind: 'twinlight-bundle';
  readonly formatVersion: number;
  readonly createdBy: string;
  readonly model: {
    readonly preset: string;
    readonly run: string;
    readonly seed: number;
    readonly backend: string;
    readonly epochs: number;
    readonly bestEpoch: number;
    readonly monitor: string;
    /** Of `monitor`; null before any validation. */
    readonly bestValue: number | null;
    readonly versions: Record<string, string>;
  };
  readonly graph: { readonly id: string; readonly hash: string };
  readonly embeddingDim: number;
  readonly metric: 'inner-product';
  /** Whether every vector (but for all-zero ones) has length 1, so that inner product is cosine. */
  readonly normalized: boolean;
  readonly counts: {
    readonly users: number;
    readonly items: number;
    /** Without any training interaction: their vectors say little unless the model has features. */
    readonly coldUsers: number;
    readonly coldItems: number;
  };
  readonly index: {
    readonly file: string;
    /** FAISS factory string; the file is an IDMap around it. */
    readonly factory: string;
    readonly isExact: boolean;
    readonly nprobe?: number;
    readonly efSearch?: number;
    /** What the ids that a search returns stand for. */
    readonly ids: string;
    /** What built it. */
    readonly builtBy: string;
  };
  readonly idFiles: {
    readonly encoding: 'utf-8';
    readonly escapes: string;
    readonly escapedUsers: number;
    readonly escapedItems: number;
  };
  /** How a user that is not in the bundle is made of items; absent where the model can't. */
  readonly history?: {
    /** `[weights.length, items, embeddingDim]`. */
    readonly file: string;
    readonly weights: readonly number[];
    readonly activation: 'none' | 'tanh';
    /** Whether an item that a user had again counts again. Absent in older bundles: no. */
    readonly countsRepeats?: boolean;
    readonly formula: string;
  };
  /** How to search, a line each. */
  readonly howToQuery: readonly string[];
  readonly verified: IndexVerification;
  readonly files: Record<string, BundleFile>;
}

/**
 * @throws DataError `BUNDLE_MISSING`, `BUNDLE_MANIFEST` or `BUNDLE_NEWER`
 */
export function readBundleManifest(folder: string): BundleManifest {
  const file = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DataError('BUNDLE_MISSING', `no ${MANIFEST_FILE} in "${folder}": not a bundle of twinlight export`, {
      cause,
    });
  }
  const wrong = (reason: string, cause?: unknown) =>
    new DataError('BUNDLE_MANIFEST', `not the manifest of a bundle: ${reason}`, { location: { file }, cause });
  let manifest: BundleManifest;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw wrong(String((cause as Error).message), cause);
  }
  if (manifest?.kind !== 'twinlight-bundle') throw wrong(`its kind is ${JSON.stringify(manifest?.kind)}`);
  if (manifest.formatVersion > BUNDLE_FORMAT_VERSION) {
    throw new DataError(
      'BUNDLE_NEWER',
      `the bundle has format ${manifest.formatVersion}, this twinlight reads up to ${BUNDLE_FORMAT_VERSION}: update it`,
      { location: { file } },
    );
  }
  for (const name of [BUNDLE_FILES.index, BUNDLE_FILES.users, BUNDLE_FILES.itemIds, BUNDLE_FILES.userIds]) {
    if (manifest.files?.[name]?.sha256 === undefined) throw wrong(`it does not list ${name}`);
  }
  return manifest;
}
