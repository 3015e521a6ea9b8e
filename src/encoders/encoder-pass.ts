/** What one pass of an encoder runs on: the whole graph or a view of it, or a view of a sampled block. */
import type { CounterKey } from '../core/counter-rng.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { BlockDropout } from '../ops/index.js';

/** What a pass runs on; a drawn view has this form. */
export interface EncoderPass {
  readonly adjacency: Adjacency;
  /** What each hop passes messages over, `[numHops]`, in place of `adjacency`. */
  readonly layers?: readonly { readonly adjacency: Adjacency }[];
  /** Hop k is users · itemsᵀ (and its transpose) times hop k − 1 over `adjacency`. */
  readonly lowRank?: LowRankBlock;
  readonly noise?: { readonly magnitude: number; readonly keys: readonly CounterKey[] };
}

/** A user-item matrix of low rank, users · itemsᵀ. */
export interface LowRankBlock {
  readonly rank: number;
  /** `[numUsers, rank]` row-major. */
  readonly users: Float32Array;
  /** `[numItems, rank]` row-major. */
  readonly items: Float32Array;
  /** Added to the block, over all nodes: the edges of attribute nodes, which come after the items. */
  readonly beside?: Adjacency;
}

/** What a pass over a sampled block runs on; a view drawn for blocks has this form. */
export interface BlockPassView {
  readonly dropout?: BlockDropout;
  readonly noise?: EncoderPass['noise'];
}
