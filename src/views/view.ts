/**
 * A view: an augmented form of the training graph for one contrastive pass. Drawing one never changes the graph; it
 * returns a new, renormalised adjacency together with the masks of what was kept.
 */
import type { CounterKey } from '../core/counter-rng.js';
import type { Rng } from '../core/rng.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { AttributeJoin } from '../graph/attribute-join.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';

/** Noise added to every layer's output during the pass. */
export interface LayerNoise {
  readonly magnitude: number;
  /** Key of one layer's draw; call once a layer, in layer order. */
  readonly keys: readonly CounterKey[];
}

/** Edges of a view that the graph does not have, distinct. */
export interface AddedEdges {
  /** User index, `[numAdded]`. */
  readonly users: Int32Array;
  /** Item index, `[numAdded]`. */
  readonly items: Int32Array;
}

/** users · itemsᵀ approximates the user-item block of the adjacency. */
export interface LowRank {
  readonly rank: number;
  /** `[numUsers, rank]` row-major. */
  readonly users: Float32Array;
  /** `[numItems, rank]` row-major. */
  readonly items: Float32Array;
  /** Added to the block: the edges of attribute nodes, over all nodes. */
  readonly beside?: Adjacency;
}

export interface DrawnView {
  readonly adjacency: Adjacency;
  /** Absent means none. */
  readonly addedEdges?: AddedEdges;
  /** What each layer passes messages over, `[numLayers]`, in place of `adjacency`. */
  readonly layers?: readonly Pick<DrawnView, 'adjacency' | 'keptEdges'>[];
  /** In place of `adjacency`, on which the layers that it is applied to are made. */
  readonly lowRank?: LowRank;
  /** Non-zero where the edge survived, `[numEdges]`; absent means all did. */
  readonly keptEdges?: Uint8Array;
  /** Non-zero where the node survived, `[numUsers + numItems]`; absent means all did. */
  readonly keptNodes?: Uint8Array;
  /** Non-zero where the edge to an attribute node survived, `[numEdges]` of `AttributeNodes`; absent means all did. */
  readonly keptAttributes?: Uint8Array;
  readonly noise?: LayerNoise;
}

export interface ViewContext {
  /** What a view is drawn for: one that serves a single step is cheap to draw, one for an epoch cheap to multiply with. */
  readonly lifetime: 'step' | 'epoch';
  readonly graph: BipartiteCsr;
  /** The whole user-item graph's adjacency, shared by views that leave the structure alone. */
  readonly adjacency: Adjacency;
  /** Attribute nodes and how they join a user-item adjacency; a drawn view has them in. */
  readonly attributes?: AttributeJoin;
  /** Layers that the encoder will run: how many noise keys to draw. */
  readonly numLayers: number;
}

/** Draws a view; the same rng state gives the same view. */
export type ViewFunction<Options> = (context: ViewContext, options: Options, rng: Rng) => DrawnView;
