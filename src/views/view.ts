/**
 * A view: an augmented form of the training graph for one contrastive pass. Drawing one never changes the graph; it
 * returns a new, renormalised adjacency together with the masks of what was kept.
 */
import type { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import type { CounterKey } from '../core/counter-rng.js';
import type { Rng } from '../core/rng.js';
import type { Adjacency } from '../graph/adjacency.js';
import type { AttributeJoin } from '../graph/attribute-join.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';
import type { BlockDropout } from '../ops/index.js';

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

/** What a view for passes over sampled blocks is: the rule by which edges or nodes leave, instead of a new adjacency. */
export interface BlockView {
  readonly dropout?: BlockDropout;
  readonly noise?: LayerNoise;
}

type ViewSchema = z.ZodObject<{ name: z.ZodLiteral<string> }>;

/**
 * A row of the registry. What takes options is a method, so that TypeScript takes a row of particular options as a row of any;
 * the options that a row gets are always its own, as its schema has read them.
 */
export interface View<Schema extends ViewSchema = ViewSchema> {
  readonly schema: Schema;
  /** `graph` views change edges, and so do nothing for an encoder that passes no messages; `embeddings` are drawn every step. */
  readonly changes: 'nothing' | 'graph' | 'embeddings';
  /** Throws for a graph that lacks what the view is drawn from; asked before a training begins. Absent: any graph will do. */
  refuse?(graph: BipartiteCsr): void;
  /** The same rng state gives the same view. Over users and items; attribute nodes are joined afterwards. */
  draw(context: ViewContext, options: z.infer<Schema>, rng: Rng): DrawnView;
  /**
   * The same for sampled blocks; absent where it needs the whole graph.
   * @param numLayers layers that the encoder runs
   */
  drawBlock?(options: z.infer<Schema>, numLayers: number, rng: Rng): BlockView;
  readonly doc: ConceptDoc;
}

/** A row with its options' types taken from its schema. */
export function defineView<Schema extends ViewSchema>(row: View<Schema>): View<Schema> {
  return row;
}
