/** A store as a service reads it, for the contract of publishing. How stores are started: scripts/target-servers.mjs. */
import type { TARGETS } from '../../src/export/targets/registry.js';
import type { TargetTable } from '../../src/export/targets/vector-target.js';

/** Reads as a service does: by the store's client alone, under the name that was published. */
export interface TargetReader {
  /** Ids of the live items, best first. */
  search(vector: Float32Array, topK: number): Promise<string[]>;
  /** A row of the live version, its payload by column; undefined where there is none. */
  row(side: 'item' | 'user', id: string): Promise<ReadRow | undefined>;
  close(): Promise<void>;
}

export interface ReadRow {
  readonly vector: readonly number[];
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface ReadStore {
  readonly kind: keyof typeof TARGETS;
  openReader(url: string, name: string, metric: TargetTable['metric']): Promise<TargetReader>;
  /** Puts something that is not ours under the name. */
  occupy(url: string, name: string): Promise<void>;
}
