/**
 * Layer-0 rows: what the layers of an encoder start from. A kind of rows says which variables they are made of, which nodes
 * have a row of their own, and whether the others hear theirs from their neighbours; what becomes of them is the
 * propagation's matter.
 */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { ConceptDoc } from '../../core/concept-doc.js';
import type { Side } from '../../core/side.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { SparseMatrix } from '../../ops/index.js';
import type { Tower } from './tower/tower.js';

/** Nodes are stacked: users, then items, then attribute nodes where the run has them. */
export interface NodeCounts {
  readonly numUsers: number;
  readonly numItems: number;
  /** Attribute nodes; 0 where it is left out. */
  readonly numValues?: number;
}

/** What rows are made for. */
export interface RowsContext extends NodeCounts {
  /** What is known of users and items, a row an entity; absent: nothing. */
  readonly fields?: Readonly<Record<Side, readonly EncodedField[]>>;
  /** What makes up for ids that are left out: a row an entity, over the entities whose rows make its mean. */
  readonly neighbours?: Readonly<Partial<Record<Side, SparseMatrix>>>;
  /** Training edges of every user and item, `[numUsers + numItems]`; absent: all have some. */
  readonly degrees?: Int32Array;
  /** Whose edges are fitted, for first values that come from them. */
  readonly graph?: BipartiteCsr;
}

/** What a training step draws of the rows; absent where embeddings are served. */
export interface RowsDraw {
  readonly seed: number;
  /** 1 at the first update. */
  readonly step: number;
  /** Share of the users and items of a tower whose id row is left out. */
  readonly idDropout: number;
  /** Whether it is left out of what they say to their neighbours too. */
  readonly dropsSaid: boolean;
  /** Non-zero for nodes whose id row is left out besides, `[numUsers + numItems]`. */
  readonly cut?: Uint8Array;
}

/** A table of which something is left out. */
export interface DrawnTable {
  /** What nodes are themselves. */
  readonly own: Tensor2D;
  /** What they say to their neighbours; the same tensor where nothing differs. */
  readonly said: Tensor2D;
}

export interface Rows {
  /** What is trained, by the names that checkpoints have. */
  readonly variables: Readonly<Record<string, Variable>>;
  /**
   * One trainable row for each of `idNodes`, `[numIdNodes, embeddingDim]`; `embedding` of `variables`. Sampled training
   * gathers and updates those of a block alone. Absent where rows are made of weights that all nodes share.
   */
  readonly idTable?: Variable;
  /** Nodes that the id table has a row for; absent: from `firstNode` on. */
  readonly idNodes?: { readonly first: number; readonly end: number };
  /** Whether a row is made of others' rows too, so that some alone can't be had; absent: no. */
  readonly takesOthers?: boolean;
  /** What makes vectors of what is known of users and items, where it takes part in the table. */
  readonly towers?: Readonly<Partial<Record<Side, Tower>>>;
  /** The table's first row belongs to this node; nodes before it have none. */
  readonly firstNode: number;
  readonly numNodes: number;
  /**
   * Whether nodes hear their neighbours' rows for layer 0, so that those without a row have one: layer 0 = Z + f(Â Z), a hop of
   * its own, with Z the table at its nodes, zeros elsewhere, and f the propagation's activation. Else layer 0 = Z.
   */
  readonly hears: boolean;
  /**
   * The table: a row a node from `firstNode` on, `[numNodes - firstNode, embeddingDim]`, the id table itself or a function of
   * the variables, differentiable in them.
   */
  table(): Tensor2D;
  /**
   * Some rows of the table, `[nodes.length, embeddingDim]`.
   * @param nodes from `firstNode` on, distinct
   * @param idRows the id table's rows of those nodes that it has, in their order, which stand for it; given where there is one
   */
  tableOf(nodes: Int32Array, idRows?: Tensor2D): Tensor2D;
  /**
   * The table of a training step, of all nodes or of some as in `tableOf`; absent where nothing is drawn.
   */
  drawn?(draw: RowsDraw, some?: { readonly nodes: Int32Array; readonly idRows?: Tensor2D }): DrawnTable;
}

/** The nodes that an id table has rows for. */
export function idNodesOf({ idNodes, firstNode, numNodes }: Rows): { readonly first: number; readonly end: number } {
  return idNodes ?? { first: firstNode, end: numNodes };
}

/** What fresh variables are made for. */
export interface RowsSize extends RowsContext {
  readonly embeddingDim: number;
  readonly seed: number;
}

type RowsSchema = z.ZodObject<{ name: z.ZodLiteral<string> }>;

/**
 * A row of the registry. What takes options is a method, so that TypeScript takes a row of particular options as a row of any;
 * the options that a row gets are always its own, as its schema has read them.
 */
export interface RowsKind<Schema extends RowsSchema = RowsSchema> {
  readonly schema: Schema;
  readonly doc: ConceptDoc;
  /** As of its `Rows`. */
  hears(options: z.infer<Schema>): boolean;
  createVariables(options: z.infer<Schema>, size: RowsSize): Record<string, Variable>;
  /** @param variables as `createVariables` makes them, or a checkpoint's; others are ignored */
  create(variables: Readonly<Record<string, Variable>>, options: z.infer<Schema>, context: RowsContext): Rows;
}

/** A row with its options' types taken from its schema. */
export function defineRows<Schema extends RowsSchema>(row: RowsKind<Schema>): RowsKind<Schema> {
  return row;
}
