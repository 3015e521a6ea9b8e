/** Which version of a store is to be made live for a bundle: one that holds the same, if it is there, else a new one. */
import { sha256Of } from '../../core/atomic-file.js';
import type { Side } from '../../core/side.js';
import type { BundleRows } from './bundle-rows.js';
import type { Payload } from './payload.js';
import type { GraphIndex, StoredVersion, TargetTable, TargetVersion } from './vector-target.js';

/** What is to be published. */
export interface PublishedContent {
  readonly bundle: BundleRows;
  /** Of the items. */
  readonly payload: Payload | undefined;
  /** In the order in which they are loaded. */
  readonly sides: readonly Side[];
}

/** A version that a delta has changed is not the same any more. */
export function versionOfBundle(
  { bundle, payload, sides }: PublishedContent,
  { m, efConstruction }: GraphIndex,
  stored: readonly StoredVersion[],
): TargetVersion {
  const { embeddingDim, normalized } = bundle.manifest;
  const serial = Math.max(0, ...stored.map((version) => version.serial)) + 1;
  const index = { m, efConstruction };
  const tables = sides.map((side): TargetTable => {
    const { ids, vectors } = bundle[side];
    const longest = longestRow(vectors, embeddingDim);
    const columns = side === 'item' ? (payload?.columns ?? []) : [];
    const metric = normalized ? 'cosine' : 'inner-product';
    return { side, serial, rows: ids.length, embeddingDim, metric, longest, columns, index };
  });
  const sums = sides.flatMap((side) => [side, ...bundle[side].sums]);
  const content = sha256Of(JSON.stringify([sums, normalized, embeddingDim, index, payload ?? null])).slice(0, 16);
  const same = stored.filter((version) => version.content === content && version.deltas === 0);
  const known = same.find(({ isLive }) => isLive) ?? same.at(-1);
  if (known === undefined) return { serial, content, state: 'loading', deltas: 0, tables };
  const { isLive, ...version } = known;
  return version;
}

function longestRow(vectors: Float32Array, width: number): number {
  let longest = 0;
  for (let start = 0; start < vectors.length; start += width) {
    longest = Math.max(longest, Math.hypot(...vectors.subarray(start, start + width)));
  }
  return longest;
}
