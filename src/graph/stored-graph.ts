/**
 * A built graph as the rest of the product sees it: the message-passing edges, the held-out pairs of the same users
 * and items, the vocabularies and features, and the manifest that says where all of it came from.
 */
import type { Ragged } from '../core/ragged.js';
import type { FeatureTable } from '../data/feature-table.js';
import type { FieldEncoding } from '../data/fields/field-encoding.js';
import type { MutualInformation } from '../data/fields/mutual-information.js';
import type { Interactions } from '../data/interaction-set.js';
import type { Vocabulary } from '../data/vocabulary.js';
import type { BipartiteCsr } from './bipartite-csr.js';

/** Where a graph came from and what it must contain; saved as `manifest.json`. */
export interface GraphManifest {
  readonly formatVersion: number;
  /** `<name>_<split>_<hash8>`. */
  readonly id: string;
  readonly name: string;
  /** sha256 over the names and sha256 sums of the content files: ids, edges, held-out pairs, features. No time, no path. */
  readonly hash: string;
  /** What was read: path or `planted` with its options. No absolute path. */
  readonly source: Record<string, unknown>;
  /** The resolved data configuration (reader, filters, split, seed). */
  readonly data: Record<string, unknown>;
  /** Sentences a reader should know: where validation came from, what was skipped, what is cold. */
  readonly notes: readonly string[];
  readonly counts: {
    readonly users: number;
    readonly items: number;
    readonly trainEdges: number;
    readonly validPairs: number;
    readonly testPairs: number;
    /** Users / items with no training edge. */
    readonly coldUsers: number;
    readonly coldItems: number;
  };
  /** File name → sha256, lower-case hex. */
  readonly files: Record<string, string>;
  /** The same of files that follow from the content (encodings of features): no part of the hash. Absent where there are none. */
  readonly derived?: Record<string, string>;
  readonly createdBy: string;
}

/** What is known of held-out pairs besides the pair, parallel to the values of their Ragged. */
export interface HeldOutColumns {
  /** `[numPairs]`; absent means all 1. */
  readonly weight?: Float32Array;
  /** `[numPairs]`. */
  readonly timestamp?: Float64Array;
}

/** How the columns of each side are encoded, in their order; empty for a side without features. */
export interface GraphFields {
  readonly user: readonly FieldEncoding[];
  readonly item: readonly FieldEncoding[];
}

/** How much the fields of each side know of one another, in the order of the encodings. */
export interface FieldInformation {
  readonly user: MutualInformation;
  readonly item: MutualInformation;
}

export interface StoredGraph {
  readonly manifest: GraphManifest;
  /** Absent for a graph that was never written. */
  readonly folder?: string;
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  /** Training edges: the only ones messages may pass along. */
  readonly train: BipartiteCsr;
  /** Held-out items of every user, `[numUsers]` rows, disjoint from train and from test. */
  readonly valid: Ragged;
  readonly test: Ragged;
  /** What users whom train never saw had beside their held-out items, `[numUsers]` rows; disjoint from all else. */
  readonly foldIn?: Ragged;
  readonly validColumns?: HeldOutColumns;
  readonly testColumns?: HeldOutColumns;
  readonly userFeatures?: FeatureTable;
  readonly itemFeatures?: FeatureTable;
  /** Fitted on the entities with a training edge. Absent where there are no features, and in graphs of version 0.1. */
  readonly fields?: GraphFields;
  /** There where `fields` is. */
  readonly fieldInformation?: FieldInformation;
  /** Exposures, rejections and ranker cuts of the training period, if the log had any. */
  readonly otherEvents?: Interactions;
}
