/**
 * Layer-0 rows: what the layers of an encoder start from. A kind of rows says which variables they are made of, which nodes
 * have a row of their own, and whether the others hear theirs from their neighbours; what becomes of them is the
 * propagation's matter.
 */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { ConceptDoc } from '../../core/concept-doc.js';

/** Nodes are stacked: users, then items, then attribute nodes where the run has them. */
export interface NodeCounts {
  readonly numUsers: number;
  readonly numItems: number;
  /** Attribute nodes; 0 where it is left out. */
  readonly numValues?: number;
}

export interface Rows {
  /** What is trained, by the names that checkpoints have. */
  readonly variables: Readonly<Record<string, Variable>>;
  /**
   * One trainable row a node, from `firstNode` on, `[numNodes - firstNode, embeddingDim]`; `embedding` of `variables`. Sampled
   * training gathers and updates those of a block alone. Absent where rows are made of weights that all nodes share.
   */
  readonly idTable?: Variable;
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
   * @param idRows the id table's rows of these nodes, which stand for the id table; given where there is one
   */
  tableOf(nodes: Int32Array, idRows?: Tensor2D): Tensor2D;
}

/** What fresh variables are made for. */
export interface RowsSize extends NodeCounts {
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
  readonly hears: boolean;
  createVariables(options: z.infer<Schema>, size: RowsSize): Record<string, Variable>;
  /** @param variables as `createVariables` makes them, or a checkpoint's; others are ignored */
  create(variables: Readonly<Record<string, Variable>>, options: z.infer<Schema>, nodes: NodeCounts): Rows;
}

/** A row with its options' types taken from its schema. */
export function defineRows<Schema extends RowsSchema>(row: RowsKind<Schema>): RowsKind<Schema> {
  return row;
}
