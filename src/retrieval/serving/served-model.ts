/**
 * What a run and a bundle have in common when they answer: vectors of what they know, what makes vectors of what they don't
 * know, and what is popular. Everything that answers in external ids is written over this, once for both.
 */
import type { TopK } from '../../core/select-top-k.js';
import type { Side } from '../../core/side.js';
import type { FeatureTable } from '../../data/feature-table.js';
import type { Vocabulary } from '../../data/vocabulary.js';
import type { HistoryVectors } from '../history-vectors.js';
import type { RankedItem } from '../ranked-item.js';
import type { Recommender } from '../recommender.js';
import type { ContentEncoder } from '../towers/content-encoder.js';
import type { NewestItems } from './newest-items.js';
import type { PopularItems } from './popular-items.js';

export interface ServedTower {
  readonly encoder: ContentEncoder;
  /**
   * What a node without an edge keeps of its row: its embedding is `ownShare` times the tower's vector, because the
   * propagation over no edges is linear in the row.
   */
  readonly ownShare: number;
}

/** User and item vectors of a model, and searches among its items. */
export interface VectorSpace {
  readonly embeddingDim: number;
  /** Whether vectors have length 1. */
  readonly normalized: boolean;
  /** As stored, `[embeddingDim]`. */
  rowOf(side: Side, index: number): Float32Array;
  /** The largest inner products. @param exclude ascending and distinct item indices */
  search(vector: Float32Array, k: number, exclude: Int32Array): Promise<TopK>;
  /** The largest cosines. @param exclude ascending and distinct item indices */
  nearest(vector: Float32Array, k: number, exclude?: Int32Array): Promise<TopK>;
}

/** A part of what is known of users: what was trained on (and what users that training never saw were made of), and what was held out. */
export type SeenPart = 'train' | 'validation' | 'test';
export const SEEN_PARTS: readonly SeenPart[] = Object.freeze(['train', 'validation', 'test']);

export interface ServedModel {
  /** As errors call it, e.g. `run mine (preset joint)`. */
  readonly title: string;
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  /** Absent where it ranks without vectors. */
  readonly space?: VectorSpace;
  /** Of the sides that have one; made when first asked for. */
  readonly towers: Readonly<Partial<Record<Side, () => Promise<ServedTower>>>>;
  /** What makes users of items, made when first asked for; absent where the encoder can't. */
  readonly history?: () => Promise<HistoryVectors>;
  /** Whether training has seen anything of a user that the model has. */
  knows(user: number): boolean;
  /** Items that the user has in some parts, distinct; none in a bundle without them. */
  itemsOf(user: number, parts: readonly SeenPart[]): Int32Array;
  /** Columns of the items; undefined where nothing is known of them but who had them. */
  catalogue(): FeatureTable | undefined;
  /** The best items for a user that the model has. @param exclude ascending and distinct item indices */
  recommend(user: number, k: number, exclude: Int32Array): Promise<TopK>;
  /** Ranks for many users at a time, exactly, whatever index single questions go through. */
  ranker(): Recommender;
  /**
   * Ranks rows of a side by their likeness to others of it, exactly; the row itself never comes back.
   * @throws ConfigError `NO_EMBEDDINGS` where nothing tells
   */
  similarity(side: Side): Recommender;
  /**
   * What most users had in training, in the last days of it where a window is given.
   * @throws ConfigError `NO_POPULARITY` where that can't be told
   */
  popular(windowDays?: number): PopularItems;
  /**
   * The items that came last.
   * @throws ConfigError `NO_POPULARITY` where that can't be told
   */
  newest(): NewestItems;
  /** What an item is called. */
  nameOf(item: number): Pick<RankedItem, 'id' | 'label'>;
}

/** A loaded run or an opened bundle. */
export interface Servable {
  readonly serving: ServedModel;
}
