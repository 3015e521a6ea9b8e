/** The tables of a bundle as rows to be published: read whole, and held against the sums in its manifest. */
import { join } from 'node:path';
import { sha256Of } from '../../core/atomic-file.js';
import { settledFolder } from '../../core/disk/atomic-folder.js';
import { DataError } from '../../core/errors.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { readStoredFile } from '../../core/outside/stored-file.js';
import type { Side } from '../../core/side.js';
import type { FeatureTable } from '../../data/feature-table.js';
import { BUNDLE_FILES, type BundleManifest, readBundleManifest } from '../bundle-manifest.js';
import { BundleTables, bundleFile, vectorsIn } from '../bundle-tables.js';
import { decodeIdList } from '../id-list.js';

export interface SideRows {
  readonly ids: readonly string[];
  /** `[ids.length, embeddingDim]`. */
  readonly vectors: Float32Array;
  /** Of both files, as the manifest has them. */
  readonly sums: readonly string[];
}

export interface BundleRows {
  readonly manifest: BundleManifest;
  readonly item: SideRows;
  readonly user: SideRows;
  /** What is known of the items, read when it is asked for. */
  catalogue(): FeatureTable | undefined;
}

const FILES = {
  item: { vectors: BUNDLE_FILES.items, ids: BUNDLE_FILES.itemIds },
  user: { vectors: BUNDLE_FILES.users, ids: BUNDLE_FILES.userIds },
} as const;

/** @throws DataError `BUNDLE_MISSING`, `BUNDLE_MANIFEST`, `BUNDLE_NEWER`, `BUNDLE_DAMAGED` */
export function rowsOfBundle(path: string): BundleRows {
  const folder = settledFolder(path);
  const manifest = readBundleManifest(folder);
  const catalogue = () => new BundleTables(folder, manifest).catalogue();
  return { manifest, item: sideOf(folder, manifest, 'item'), user: sideOf(folder, manifest, 'user'), catalogue };
}

function sideOf(folder: string, manifest: BundleManifest, side: Side): SideRows {
  const names = FILES[side];
  const vectors = vectorsIn(undamaged(folder, names.vectors, manifest), join(folder, names.vectors));
  const ids = decodeIdList(Buffer.from(undamaged(folder, names.ids, manifest)).toString('utf8'), names.ids);
  if (vectors.length !== ids.length * manifest.embeddingDim) {
    const message = `${vectors.length} numbers for ${ids.length} ids of ${manifest.embeddingDim}; export it again`;
    throw new DataError('BUNDLE_DAMAGED', message, { location: { file: join(folder, names.vectors) } });
  }
  return { ids, vectors, sums: [names.vectors, names.ids].map((name) => manifest.files[name].sha256) };
}

function undamaged(folder: string, name: string, manifest: BundleManifest): Uint8Array {
  const bytes = readStoredFile(bundleFile(folder, name));
  if (sha256Of(bytes) === ownValue(manifest.files, name)?.sha256) return bytes;
  throw new DataError(
    'BUNDLE_DAMAGED',
    'its sha256 is not the one in the manifest: it was changed or damaged, or another bundle has taken its place',
    { location: { file: join(folder, name) } },
  );
}
