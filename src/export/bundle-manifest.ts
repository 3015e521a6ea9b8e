/** `manifest.json` of a bundle: what the files are, where they came from, and what was checked. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DataError } from '../core/errors.js';
import { readStoredJson, type StoredFile } from '../core/outside/stored-file.js';
import type { Side } from '../core/side.js';
import type { IndexCentroids } from './index-centroids.js';
import { assertSealed } from './manifest-seal.js';
import type { IndexVerification } from './verify-index.js';

/** 2: towers, popular items, what is known of the items, items that users have. Bundles of version 1 have none of them, and are read as ever. */
export const BUNDLE_FORMAT_VERSION = 2;
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
  /** Only of a run with such a tower. */
  itemTower: 'item_tower.json',
  itemTowerWeights: 'item_tower.npy',
  /** Only where new entities borrow rows of their content neighbours. */
  itemContent: 'item_content.npy',
  userTower: 'user_tower.json',
  userTowerWeights: 'user_tower.npy',
  userContent: 'user_content.npy',
  popular: 'popular_items.json',
  /** Only where training saw nothing of some. */
  untrainedUsers: 'untrained_users.npy',
  /** Only where something is known of the items. */
  catalogue: 'item_features.json',
  catalogueArrays: 'item_features.bin',
  /** Unless it was left out. */
  seen: 'seen_items.npy',
  readme: 'README.md',
});

export interface BundleFile {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** One sentence. */
  readonly holds: string;
}

interface BundleTower {
  /** Options, encodings of the columns, names and shapes of the arrays. */
  readonly form: string;
  /** Their numbers, one array after the other. */
  readonly weights: string;
  /** Content of those that lend rows: lender and value number of each entry. Absent where none are borrowed. */
  readonly content?: string;
  readonly columns: readonly string[];
  readonly formula: string;
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
    /** What the lists of `IVF<n>,Flat` are clusters of; absent in other indexes, and in older bundles, where it is items. */
    readonly centroids?: IndexCentroids;
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
  /** How items and users that are not in the bundle are made of their features; absent where the model can't. */
  readonly towers?: { readonly [side in Side]?: BundleTower };
  /** What most users had in training; absent in bundles of version 1. */
  readonly popular?: {
    readonly file: string;
    /** Windows of the lists, in days before the end of training; null: all of it. */
    readonly windowsDays: readonly (number | null)[];
  };
  /** What is known of the items; absent where nothing is. */
  readonly catalogue?: { readonly file: string; readonly arrays: string; readonly columns: readonly string[] };
  /** Items that users have; absent where they were left out. */
  readonly seen?: { readonly file: string; readonly parts: readonly string[] };
  /** How to search, a line each. */
  readonly howToQuery: readonly string[];
  readonly verified: IndexVerification;
  readonly files: Record<string, BundleFile>;
  /** sha256 of all the above; absent in bundles of version 0.1. See `manifest-seal.ts`. */
  readonly manifestHash?: string;
}

const kindSchema = z.looseObject({ kind: z.unknown().optional() });
const versionSchema = z.looseObject({ formatVersion: z.int().min(1) });
const count = z.int().min(0);
const listed = z.looseObject({ sha256: z.string() });
const tower = z.looseObject({ columns: z.array(z.string()), content: z.string().optional() }).optional();

/** What readers of a bundle use; the rest is for people. */
const manifestSchema = z.looseObject({
  kind: z.literal('twinlight-bundle'),
  formatVersion: z.int().min(1),
  model: z.looseObject({ preset: z.string() }),
  embeddingDim: z.int().min(1),
  normalized: z.boolean(),
  counts: z.looseObject({ users: count, items: count }),
  history: z
    .looseObject({
      weights: z.array(z.number()),
      activation: z.enum(['none', 'tanh']),
      countsRepeats: z.boolean().optional(),
    })
    .optional(),
  towers: z.looseObject({ user: tower, item: tower }).optional(),
  popular: z.looseObject({ file: z.string() }).optional(),
  catalogue: z.looseObject({ columns: z.array(z.string()) }).optional(),
  seen: z.looseObject({}).optional(),
  files: z.looseObject({
    [BUNDLE_FILES.index]: listed,
    [BUNDLE_FILES.users]: listed,
    [BUNDLE_FILES.itemIds]: listed,
    [BUNDLE_FILES.userIds]: listed,
  }),
  manifestHash: z.string().optional(),
}) as unknown as z.ZodType<BundleManifest>;

/**
 * @throws DataError `BUNDLE_MISSING`, `BUNDLE_MANIFEST` or `BUNDLE_NEWER`
 */
export function readBundleManifest(folder: string): BundleManifest {
  const file = join(folder, MANIFEST_FILE);
  if (!existsSync(file)) {
    throw new DataError('BUNDLE_MISSING', `no ${MANIFEST_FILE} in "${folder}": not a bundle of twinlight export`);
  }
  const stored: StoredFile = { folder, name: MANIFEST_FILE, code: 'BUNDLE_MANIFEST', remedy: 'export the run again' };
  const { kind } = readStoredJson(kindSchema, stored);
  if (kind !== 'twinlight-bundle') {
    const came = kind === undefined ? 'it names no kind' : `its kind is ${JSON.stringify(kind).slice(0, 60)}`;
    const message = `not the manifest of a bundle: ${came}; a bundle is what twinlight export makes of a run`;
    throw new DataError('BUNDLE_MANIFEST', message, { location: { file } });
  }
  const { formatVersion } = readStoredJson(versionSchema, stored);
  if (formatVersion > BUNDLE_FORMAT_VERSION) {
    throw new DataError(
      'BUNDLE_NEWER',
      `the bundle has format ${formatVersion}, this twinlight reads up to ${BUNDLE_FORMAT_VERSION}: update it`,
      { location: { file } },
    );
  }
  const manifest = readStoredJson(manifestSchema, stored);
  assertSealed(manifest, file);
  return manifest;
}
