/**
 * Opens a bundle to serve from it: external ids in, ranked items out.
 *
 *     const bundle = await openBundle('checkpoints/my-run/export');
 *     await bundle.recommend('user 17', { k: 20, exclude: ['item 3'] });   // [{ id, score, label }, …]
 *     await bundle.similar('item 3');
 *     await bundle.recommendForHistory(['item 3', 'item 8']);               // for a user made of items
 *     await bundle.search(vector);                                          // a vector made elsewhere
 *     await recommendForProfile(bundle, { history, features });             // for whoever comes
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFile } from '../core/atomic-file.js';
import { settledFolder } from '../core/disk/atomic-folder.js';
import { assertLength, ConfigError, DataError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';
import { plainFile, readStoredFile } from '../core/outside/stored-file.js';
import { raggedFromPairs } from '../core/ragged.js';
import { Vocabulary } from '../data/vocabulary.js';
import { type OpenIndexOptions, openIndex } from '../retrieval/faiss/open-index.js';
import { countHistory, encodeHistory, isSilent } from '../retrieval/history-vectors.js';
import { type RankedItem, rankedItems } from '../retrieval/ranked-item.js';
import { searchExcluding } from '../retrieval/search-excluding.js';
import type { Servable, ServedModel } from '../retrieval/serving/served-model.js';
import type { VectorIndex } from '../retrieval/vector-index.js';
import { BUNDLE_FILES, type BundleManifest, MANIFEST_FILE, readBundleManifest } from './bundle-manifest.js';
import { BundleTables, bundleFile, vectorsIn } from './bundle-tables.js';
import { decodeIdList } from './id-list.js';
import { servingOfBundle } from './serving-of-bundle.js';
import { towerFileNames } from './tower-files.js';

export interface OpenBundleOptions extends OpenIndexOptions {
  /** Compares the sha256 of every file that is read with the manifest (default). Reads each file once more. */
  verify?: boolean;
  /**
   * Reads all of it at once, so that it answers on whatever comes to lie in its folder. By default what is not needed is not read, and
   * asking for it once another bundle lies there is an error.
   */
  whole?: boolean;
}

export interface BundleSearchOptions {
  /** Items wanted; 20 by default. */
  k?: number;
  /** External ids that must not come back; ids the bundle does not know are passed over. */
  exclude?: readonly string[];
}

const DEFAULT_K = 20;

/** Times a bundle may be replaced while it is opened. */
const MAX_REPLACEMENTS = 20;

/**
 * Opens the bundle that is there, whole: one that is replaced meanwhile is opened anew, and where an export died while it
 * replaced a bundle, its own is put in place.
 * @throws DataError `BUNDLE_MISSING`, `BUNDLE_MANIFEST`, `BUNDLE_NEWER`, `BUNDLE_DAMAGED`; ConfigError `FAISS_MISSING` when
 * the index is approximate and FAISS is not installed
 */
export async function openBundle(path: string, options: OpenBundleOptions = {}): Promise<Bundle> {
  for (let attempt = 0; ; attempt++) {
    const before = editionOf(path);
    const mayRetry = attempt < MAX_REPLACEMENTS;
    try {
      const bundle = await readBundle(path, options);
      if (editionOf(path) === before || !mayRetry) return bundle;
    } catch (error) {
      if (editionOf(path) === before || !mayRetry) throw error;
    }
  }
}

/** Differs between a bundle and the one that replaces it; undefined where there is none. */
function editionOf(path: string): string | undefined {
  try {
    const { dev, ino, mtimeMs } = statSync(join(settledFolder(path), MANIFEST_FILE));
    return `${dev}:${ino}:${mtimeMs}`;
  } catch {
    return undefined;
  }
}

async function readBundle(path: string, options: OpenBundleOptions): Promise<Bundle> {
  const folder = settledFolder(path);
  const manifest = readBundleManifest(folder);
  if (options.verify ?? true) {
    const names = filesToRead(manifest);
    for (const name of names) await assertUndamaged(folder, name, manifest);
  }
  const readIds = (name: string) =>
    Vocabulary.from(decodeIdList(readStoredFile(bundleFile(folder, name)).toString('utf8'), name));
  const index = openIndex(plainFile(bundleFile(folder, BUNDLE_FILES.index)), options);
  const items = readIds(BUNDLE_FILES.itemIds);
  const users = readIds(BUNDLE_FILES.userIds);
  const userVectors = vectorsIn(
    readStoredFile(bundleFile(folder, BUNDLE_FILES.users)),
    join(folder, BUNDLE_FILES.users),
  );
  const isOfManifest =
    manifest.embeddingDim === index.embeddingDim &&
    manifest.counts.users === users.size &&
    manifest.counts.items === items.size;
  const fits = items.size === index.size && userVectors.length === users.size * index.embeddingDim && isOfManifest;
  if (!fits) {
    throw new DataError(
      'BUNDLE_DAMAGED',
      `"${folder}": ${items.size} item ids for ${index.size} vectors; export it again`,
    );
  }
  if (index.idLimit > items.size) {
    throw new DataError(
      'BUNDLE_DAMAGED',
      `its vectors stand for items up to ${index.idLimit - 1}, where the bundle has ${items.size} item ids; export it again`,
      { location: { file: join(folder, BUNDLE_FILES.index) } },
    );
  }
  const bundle = new Bundle({ folder: path, manifest, users, items, userVectors, index });
  if (options.whole) bundle.readAll();
  return bundle;
}

/** All that is read of a bundle, now or later. */
function filesToRead({ history, towers, popular, catalogue, seen, files }: BundleManifest): string[] {
  const { index, items, users, itemIds, userIds, untrainedUsers } = BUNDLE_FILES;
  return [
    ...[index, items, users, itemIds, userIds],
    ...(history ? [BUNDLE_FILES.history] : []),
    ...(['item', 'user'] as const).flatMap((side) => (towers?.[side] ? towerFileNames(side, towers[side]) : [])),
    ...(popular ? [BUNDLE_FILES.popular] : []),
    ...(catalogue ? [BUNDLE_FILES.catalogue, BUNDLE_FILES.catalogueArrays] : []),
    ...(seen ? [BUNDLE_FILES.seen] : []),
    ...(ownValue(files, untrainedUsers) ? [untrainedUsers] : []),
  ];
}

interface BundleParts extends Pick<Bundle, 'folder' | 'manifest' | 'users' | 'items' | 'index'> {
  /** `[users.size, embeddingDim]` row-major. */
  readonly userVectors: Float32Array;
}

export class Bundle implements Servable {
  readonly folder: string;
  readonly manifest: BundleManifest;
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  readonly index: VectorIndex;
  /** What `recommendForProfile`, `encodeItems` and the like take of it. */
  readonly serving: ServedModel;
  private readonly userVectors: Float32Array;
  private readonly tables: BundleTables;

  /** Use `openBundle`. */
  constructor({ folder, manifest, users, items, index, userVectors }: BundleParts) {
    this.folder = folder;
    this.manifest = manifest;
    this.users = users;
    this.items = items;
    this.index = index;
    this.userVectors = userVectors;
    this.tables = new BundleTables(folder, manifest);
    this.serving = servingOfBundle({ manifest, users, items, index, userVectors, tables: this.tables });
  }

  /** The same with another index, whose ids are the rows of its items. Reads all of it. */
  withIndex(index: VectorIndex): Bundle {
    const { folder, manifest, users, items, userVectors } = this;
    const bundle = new Bundle({ folder, manifest, users, items, userVectors, index });
    bundle.readAll();
    return bundle;
  }

  /** As `whole` of `openBundle`. */
  readAll(): void {
    this.tables.readAll();
  }

  /**
   * The best items for a user of the bundle, best first. Fewer than k where there are no more, or the index found no more;
   * none where the user's vector is all zeros, because then every score is 0.
   * @throws ConfigError `BUNDLE_UNKNOWN_ID`
   */
  async recommend(userId: string, options: BundleSearchOptions = {}): Promise<RankedItem[]> {
    return this.search(rowOf(this.userVectors, this.rowOfId('user', userId), this.index.embeddingDim), options);
  }

  /**
   * The best items for a user that is not in the bundle, made of the items it had, which are left out; none where nobody
   * had any of them in training. Ids that the bundle does not have are passed over; one that is given again counts again
   * where the graph's edges had weights, else once.
   * @throws ConfigError `BUNDLE_NO_HISTORY` where the model can't make users of items
   */
  async recommendForHistory(
    itemIds: readonly string[],
    { k, exclude = [] }: BundleSearchOptions = {},
  ): Promise<RankedItem[]> {
    const vectors = this.tables.history();
    if (vectors === undefined) {
      throw new ConfigError(
        'BUNDLE_NO_HISTORY',
        `the model of this bundle (preset ${this.manifest.model.preset}) can't make users of items; export a run of preset history`,
      );
    }
    const rows = itemIds.map((id) => this.items.indexOf(id)).filter((row) => row !== undefined);
    const had = countHistory(
      vectors,
      rows.filter((row) => !isSilent(vectors, row)),
    );
    if (had.size === 0) return [];
    const user = encodeHistory(vectors, Int32Array.from(had.keys()), Float32Array.from(had.values()));
    return this.search(user, { k, exclude: [...exclude, ...itemIds] });
  }

  /** The items whose vectors have the largest inner product with that of `itemId`, without itself. */
  async similar(itemId: string, { k, exclude = [] }: BundleSearchOptions = {}): Promise<RankedItem[]> {
    const row = this.rowOfId('item', itemId);
    return this.search(rowOf(this.tables.items(), row, this.index.embeddingDim), { k, exclude: [...exclude, itemId] });
  }

  /**
   * The best items for a vector from elsewhere, e.g. the mean of the items that a new user liked.
   * @param vector `[embeddingDim]`
   */
  async search(
    vector: ArrayLike<number>,
    { k = DEFAULT_K, exclude = [] }: BundleSearchOptions = {},
  ): Promise<RankedItem[]> {
    assertLength('vector', vector.length, this.index.embeddingDim);
    const query = Float32Array.from(vector);
    if (query.every((value) => value === 0)) return [];
    const known = exclude.map((id) => this.items.indexOf(id)).filter((row) => row !== undefined);
    const rows = raggedFromPairs(new Int32Array(known.length), Int32Array.from(known), 1);
    return rankedItems(await searchExcluding(this.index, query, k, rows), (row) => {
      const id = this.items.idOf(row);
      return { id, label: id };
    });
  }

  private rowOfId(side: 'user' | 'item', id: string): number {
    const vocabulary = side === 'user' ? this.users : this.items;
    const row = vocabulary.indexOf(id);
    if (row !== undefined) return row;
    const first = vocabulary.ids
      .slice(0, 3)
      .map((known) => `"${known}"`)
      .join(', ');
    throw new ConfigError(
      'BUNDLE_UNKNOWN_ID',
      `${side} "${id}" is not in the bundle, which has ${vocabulary.size} ${side}s (${first}, …)`,
    );
  }
}

const rowOf = (table: Float32Array, row: number, width: number): Float32Array =>
  table.subarray(row * width, (row + 1) * width);

async function assertUndamaged(folder: string, name: string, manifest: BundleManifest): Promise<void> {
  const file = join(folder, name);
  const sha256 = await sha256OfFile(plainFile(bundleFile(folder, name)));
  if (sha256 === ownValue(manifest.files, name)?.sha256) return;
  throw new DataError(
    'BUNDLE_DAMAGED',
    'its sha256 is not the one in the manifest: it was changed or damaged; export it again',
    { location: { file } },
  );
}
