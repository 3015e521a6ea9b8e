/** What of a bundle is not read until it is needed, when another bundle may have taken its place. */
import { join } from 'node:path';
import { sha256Of } from '../core/atomic-file.js';
import { settledFolder } from '../core/disk/atomic-folder.js';
import { ConfigError, DataError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';
import { readStoredFile, type StoredFile } from '../core/outside/stored-file.js';
import type { Side } from '../core/side.js';
import type { FeatureTable } from '../data/feature-table.js';
import type { HistoryVectors } from '../retrieval/history-vectors.js';
import type { NewestItems } from '../retrieval/serving/newest-items.js';
import type { PopularItems } from '../retrieval/serving/popular-items.js';
import type { ServedTower } from '../retrieval/serving/served-model.js';
import { BUNDLE_FILES, type BundleManifest } from './bundle-manifest.js';
import { catalogueOfBundle } from './catalogue-file.js';
import { historyOfBundle } from './history-file.js';
import { decodeNpy } from './npy.js';
import { newestOfBundle, popularOfBundle, readBoards, type StoredBoards } from './popular-file.js';
import { type SeenItems, seenOfBundle } from './seen-file.js';
import { TOWER_FILES, towerOfBundle } from './tower-files.js';

export class BundleTables {
  private itemVectors: Float32Array | undefined;
  private historyVectors: HistoryVectors | undefined;
  private readonly towers: Partial<Record<Side, ServedTower>> = {};
  private readonly popularLists = new Map<number | undefined, PopularItems>();
  private untrainedUsers: ReadonlySet<number> | undefined;
  private newestList: NewestItems | undefined;
  private storedBoards: StoredBoards | undefined;
  private catalogueTable: FeatureTable | undefined;
  private seenItems: SeenItems | undefined;

  constructor(
    private readonly folder: string,
    private readonly manifest: BundleManifest,
  ) {}

  /** Item vectors, `[items, embeddingDim]`. */
  items(): Float32Array {
    if (this.itemVectors) return this.itemVectors;
    const { counts, embeddingDim } = this.manifest;
    const vectors = this.floats(BUNDLE_FILES.items);
    const expected = counts.items * embeddingDim;
    if (vectors.length !== expected) {
      throw this.damaged(BUNDLE_FILES.items, `expected ${expected} numbers, got ${vectors.length}; export it again`);
    }
    this.itemVectors = vectors;
    return vectors;
  }

  /** Undefined where the model can't make users of items. */
  history(): HistoryVectors | undefined {
    if (!this.manifest.history) return undefined;
    if (this.historyVectors) return this.historyVectors;
    const history = historyOfBundle(this.manifest, this.floats(BUNDLE_FILES.history));
    const tower = this.tower('user');
    const unknownUser = tower?.encoder.encode([{}]).map((value) => tower.ownShare * value);
    this.historyVectors = { ...history, ...(unknownUser && { unknownUser }) };
    return this.historyVectors;
  }

  /** Undefined for a side without one. */
  tower(side: Side): ServedTower | undefined {
    const facts = this.manifest.towers?.[side];
    if (!facts) return undefined;
    const { form, weights, content } = TOWER_FILES[side];
    this.towers[side] ??= towerOfBundle(
      this.undamaged(form),
      { weights: this.floats(weights), ...(facts.content && { content: this.integers(content) }) },
      this.manifest.embeddingDim,
    );
    return this.towers[side];
  }

  /** @throws ConfigError `NO_POPULARITY` */
  popular(windowDays: number | undefined): PopularItems {
    const known = this.popularLists.get(windowDays);
    const list = known ?? popularOfBundle(this.boards(), this.manifest.counts.items, windowDays);
    this.popularLists.set(windowDays, list);
    return list;
  }

  /** @throws ConfigError `NO_POPULARITY` */
  newest(): NewestItems {
    this.newestList ??= newestOfBundle(this.boards(), this.manifest.counts.items);
    return this.newestList;
  }

  /** @throws ConfigError `NO_POPULARITY` */
  private boards(): StoredBoards {
    if (!this.manifest.popular) {
      const message = 'the bundle has no list of popular items: an earlier twinlight wrote it; export the run again';
      throw new ConfigError('NO_POPULARITY', message);
    }
    this.storedBoards ??= readBoards(this.undamaged(BUNDLE_FILES.popular));
    return this.storedBoards;
  }

  /** Rows of the users that training saw nothing of. */
  untrained(): ReadonlySet<number> {
    const name = BUNDLE_FILES.untrainedUsers;
    if (ownValue(this.manifest.files, name) === undefined) return new Set();
    if (!this.untrainedUsers) {
      this.untrainedUsers = new Set(this.integers(name));
    }
    return this.untrainedUsers;
  }

  /** What is known of the items; undefined where nothing is. */
  catalogue(): FeatureTable | undefined {
    if (!this.manifest.catalogue) return undefined;
    const { catalogue, catalogueArrays } = BUNDLE_FILES;
    this.catalogueTable ??= catalogueOfBundle(
      this.undamaged(catalogue),
      this.undamaged(catalogueArrays),
      this.manifest.counts.items,
    );
    return this.catalogueTable;
  }

  /** Items that users have; undefined in a bundle without them. */
  seen(): SeenItems | undefined {
    if (!this.manifest.seen) return undefined;
    const name = BUNDLE_FILES.seen;
    this.seenItems ??= seenOfBundle(this.bytes(name), join(this.folder, name), this.manifest.counts);
    return this.seenItems;
  }

  /** Reads all that is not read yet. */
  readAll(): void {
    this.items();
    this.history();
    for (const side of ['user', 'item'] as const) this.tower(side);
    if (this.manifest.popular) this.boards();
    this.untrained();
    this.catalogue();
    this.seen();
  }

  private floats(name: string): Float32Array {
    return vectorsIn(this.bytes(name), join(this.folder, name));
  }

  private integers(name: string): Float64Array {
    const { values } = decodeNpy(this.bytes(name), join(this.folder, name));
    if (values instanceof BigInt64Array) return Float64Array.from(values, Number);
    throw this.damaged(name, 'expected whole numbers, got float32');
  }

  private bytes(name: string): Uint8Array {
    return readStoredFile(this.undamaged(name));
  }

  /** The file, once its content is the one that the manifest lists. */
  private undamaged(name: string): StoredFile {
    const stored = bundleFile(settledFolder(this.folder), name);
    if (sha256Of(readStoredFile(stored)) === ownValue(this.manifest.files, name)?.sha256) return stored;
    const message =
      'its sha256 is not the one in the manifest: another bundle has taken its place, or it was changed; open the bundle again';
    throw new DataError('BUNDLE_REPLACED', message, { location: { file: join(stored.folder, name) } });
  }

  private damaged(name: string, problem: string): DataError {
    return new DataError('BUNDLE_DAMAGED', problem, { location: { file: join(this.folder, name) } });
  }
}

export function bundleFile(folder: string, name: string): StoredFile {
  return { folder, name, code: 'BUNDLE_DAMAGED', remedy: 'export it again', missing: `the bundle lacks ${name}` };
}

export function vectorsIn(bytes: Uint8Array, file: string): Float32Array {
  const { values } = decodeNpy(bytes, file);
  if (values instanceof Float32Array) return values;
  throw new DataError('BUNDLE_DAMAGED', 'expected float32 vectors, got int64', { location: { file } });
}
