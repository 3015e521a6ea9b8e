/**
 * What publishing asks of a vector store. A store holds versions of tables of vectors under a name; one version is live, which is
 * the one that readers find under the name. Everything else (batches, retries, resuming, verification, pruning) is done once
 * for all stores, in the files beside.
 *
 * A load may be killed at any moment, and any call may be repeated: every method gives the same result when it is done again.
 */
import type { Side } from '../../core/side.js';

/** What scores are: the inner product, or the cosine, which is the same for vectors of length 1. */
type TargetMetric = 'inner-product' | 'cosine';

/** A list is one of texts. */
export interface PayloadColumn {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'list';
}

export type PayloadValue = string | number | readonly string[] | null;

/** HNSW (Malkov & Yashunin 2018, arXiv:1603.09320): neighbours a node, candidates looked at while it is built. */
export interface GraphIndex {
  readonly m: number;
  readonly efConstruction: number;
}

/** One table of one version. */
export interface TargetTable {
  readonly side: Side;
  /** Of the version. */
  readonly serial: number;
  readonly rows: number;
  readonly embeddingDim: number;
  readonly metric: TargetMetric;
  /** Length of the longest vector that was loaded. */
  readonly longest: number;
  readonly columns: readonly PayloadColumn[];
  readonly index: GraphIndex;
}

export interface TargetRow {
  readonly id: string;
  /** `[embeddingDim]`. */
  readonly vector: Float32Array;
  /** Parallel to the table's columns. */
  readonly payload: readonly PayloadValue[];
}

/** Loading: rows are missing, or the index. Loaded: all there, not shown to anybody. Published: was or is live. */
type VersionState = 'loading' | 'loaded' | 'published';

/** What a store keeps of a version beside its tables. */
export interface TargetVersion {
  /** From 1, in the order in which versions were begun. */
  readonly serial: number;
  /** Sum of what was asked to be in it. */
  readonly content: string;
  readonly state: VersionState;
  /** Deltas that were applied since: the rows are no longer those of `content`. */
  readonly deltas: number;
  readonly tables: readonly TargetTable[];
}

export interface StoredVersion extends TargetVersion {
  readonly isLive: boolean;
}

export interface VectorTarget {
  /** Kind and place, without credentials. */
  readonly place: string;
  /** Most bytes of an id in UTF-8. */
  readonly longestId: number;
  /** Whether ids may hold the character U+0000. */
  readonly takesNul: boolean;
  /**
   * All versions under the name.
   * @throws ConfigError `PUBLISH_TAKEN` where something that is not ours has the name
   */
  versions(): Promise<StoredVersion[]>;
  /** Writes down a version, in the place of an earlier record of it. */
  record(version: TargetVersion): Promise<void>;
  /**
   * Makes the table of a version, or looks at the one that is there.
   * @returns the rows in it
   * @throws DataError `PUBLISH_SCHEMA` where the one that is there is another
   */
  open(table: TargetTable): Promise<number>;
  /** Puts rows in the place of those of the same ids. Rows of one call have different ids. */
  upsert(table: TargetTable, rows: readonly TargetRow[]): Promise<void>;
  /** Ids that are not there are passed over. */
  remove(table: TargetTable, ids: readonly string[]): Promise<void>;
  /** Returns when the index is there and covers all rows. Users, whom readers ask for by id, get none where that is possible. */
  buildIndex(table: TargetTable): Promise<void>;
  count(table: TargetTable): Promise<number>;
  /**
   * @param queries user vectors, `[embeddingDim]` each
   * @returns the ids found for each, best first
   */
  search(
    table: TargetTable,
    queries: readonly Float32Array[],
    { topK, efSearch }: { readonly topK: number; readonly efSearch: number },
  ): Promise<string[][]>;
  /** Shows readers this version and no other, and records it as published; readers of before go on with what they opened. */
  goLive(version: TargetVersion): Promise<void>;
  /** Removes a version that is not live: its tables, then its record. */
  drop(version: TargetVersion): Promise<void>;
  /** Whether a call that failed in this way may succeed when it is tried again: a lost connection, a server that starts. */
  isTransient(error: unknown): boolean;
  close(): Promise<void>;
}
