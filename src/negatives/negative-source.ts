/**
 * Where negatives come from. Four kinds, told apart by what they look at:
 *
 * - `shared`: items that every query of the batch is compared with (uniform, popularity, in-batch …). A shared source can
 *   say with what probability it draws an item: the log of that is what the softmax losses subtract (logQ correction).
 *   Under a pairwise loss the same sources are drawn afresh for every positive.
 * - `own`: items for one query alone (exposed to that user, same city as that positive, ranked high for that user …).
 * - `mined`: `own`, but chosen by the batch's scores.
 * - `stored`: shared, but vectors of earlier steps instead of items.
 */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { Rng } from '../core/rng.js';
import type { FeatureTable } from '../data/feature-table.js';
import type { Interactions } from '../data/interaction-set.js';
import type { Vocabulary } from '../data/vocabulary.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import type { Recommender } from '../retrieval/recommender.js';

/** One step's positives: parallel arrays. */
export interface PositiveBatch {
  /** Dense user indices, `[batchSize]`. */
  readonly userIndex: Int32Array;
  /** Dense item indices, `[batchSize]`. */
  readonly itemIndex: Int32Array;
  /** What each counts in the main loss, sum 1, `[batchSize]`; absent: all alike. */
  readonly weight?: Float32Array;
}

/** What a source may need of the run. */
export interface SourceContext {
  readonly graph: BipartiteCsr;
  /** Training degree of every item, `[numItems]`. */
  readonly itemDegrees: Int32Array;
  readonly seed: number;
  /** Exposures, rejections and ranker cuts of the training period. */
  readonly otherEvents?: Interactions;
  readonly itemFeatures?: FeatureTable;
  /** External ids, for files that name users and items. */
  readonly users?: Vocabulary;
  readonly items?: Vocabulary;
  /** Opens a run over the same users and items, for sources that take an earlier model's ranking. */
  readonly previousRun?: (folder: string) => Promise<Recommender>;
  /** Told what a source leaves out of what it was given. */
  readonly warn?: (message: string) => void;
  /** Whether items that the user has in train are no negatives (`negatives.falseNegatives: remove`). */
  readonly removeKnown?: boolean;
  /** Probability that a positive of a batch is item i; default degree / numEdges. */
  readonly positiveProbability?: (itemIndex: number) => number;
}

/** What a source keeps in a checkpoint: arrays by name. */
export type SourceState = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
>;

/** Vectors of a checkpoint, as they are served. */
export interface Snapshot {
  readonly dim: number;
  /** `[numUsers, dim]` row-major. */
  readonly users: Float32Array;
  /** `[numItems, dim]` row-major. */
  readonly items: Float32Array;
}

/** What sources have whose negatives follow the training so far. */
export interface Evolving {
  /**
   * Awaited before every step.
   * @param done steps made so far
   * @param snapshot the embeddings as they are now
   */
  prepare?(done: number, snapshot: () => Snapshot | Promise<Snapshot>): Promise<void>;
  state?(): SourceState;
  /** @param done steps made by the checkpoint */
  restore?(state: SourceState, done: number): void;
  dispose?(): void;
}

export interface SharedSource extends Evolving {
  readonly kind: 'shared';
  /** Dense item indices, `[count]`. */
  draw(batch: PositiveBatch, count: number, rng: Rng): Int32Array;
  /** Probability that one draw yields `itemIndex`. */
  probability(itemIndex: number): number;
}

/** Marks a slot for which a query has no negative. */
export const NO_ITEM = -1;

export interface OwnSource extends Evolving {
  readonly kind: 'own';
  /** Items of each query, or NO_ITEM, `[batchSize, perQuery]` row-major. */
  draw(batch: PositiveBatch, perQuery: number, rng: Rng): Int32Array;
}

export interface MinedSource extends Evolving {
  readonly kind: 'mined';
  /**
   * In the middle of a step.
   *
   * @param users rows as the loss compares them, `[batchSize, dim]`
   * @param items the positives' rows, `[batchSize, dim]`
   * @returns as `OwnSource.draw`
   * @throws TwinlightError `BACKEND_READ` where numbers on the device have to be awaited
   */
  mine(users: Tensor2D, items: Tensor2D, batch: PositiveBatch, perQuery: number): Int32Array;
  /** The same choice where numbers have to be awaited, which a step can't: before it. */
  mineAhead(users: Tensor2D, items: Tensor2D, batch: PositiveBatch, perQuery: number): Promise<Int32Array>;
}

export interface StoredVectors {
  /** Item of each vector, `[count]`. */
  readonly ids: Int32Array;
  /** As the loss compares them, `[count, dim]` row-major. */
  readonly vectors: Float32Array;
}

export interface StoredSource extends Evolving {
  readonly kind: 'stored';
  /** Whether the live columns pass on the gradient that the stored ones would have. */
  readonly carried: boolean;
  /** EMA factor of the encoder whose vectors are stored; 0 stores those of the encoder itself. */
  readonly momentum: number;
  /** What is stored so far. */
  read(): StoredVectors;
  /** Takes the vectors of a step's positives, after the step. */
  push(stored: StoredVectors): void;
  /** Probability that an entry is item i. */
  probability(itemIndex: number): number;
}

export type NegativeSource = SharedSource | OwnSource | MinedSource | StoredSource;
