/**
 * What turns trainable variables and a graph view into user and item embeddings: layer-0 rows (`rows/`) and what propagates
 * them (`propagation/`). Nodes are stacked: rows 0 … numUsers-1 are users, then items, then attribute nodes where the run has
 * them.
 */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import { ConfigError } from '../core/errors.js';
import { type EncoderOptions, encoderParts } from './encoder-options.js';
import type { Propagated } from './propagation/propagated.js';
import { propagate, propagationKind } from './propagation/registry.js';
import { ROWS, type RowsTable, rowsHear } from './rows/registry.js';
import { idNodesOf, type Rows, type RowsContext } from './rows/rows.js';

export interface Encoder extends Propagated, Pick<Rows, 'idTable' | 'firstNode' | 'towers'> {
  /** Nodes that the id table has rows for. */
  readonly idNodes: NonNullable<Rows['idNodes']>;
  /** Trainable parameters by name, of the rows and of the propagation. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The table that the layers start from and that L2 acts on; see `Rows.table`. */
  table(): Tensor2D;
  /** The same encoder over other variables of the same names, such as a momentum copy's. */
  over(variables: Readonly<Record<string, Variable>>): Encoder;
}

/** Layers that an encoder combines, and hops that its messages go. */
export function depthOf(options: EncoderOptions, table: RowsTable = ROWS): { numLayers: number; numHops: number } {
  const { rows, propagation } = encoderParts(options);
  const numLayers = propagationKind(propagation).numLayers(propagation);
  return { numLayers, numHops: numLayers + (rowsHear(rows, table) ? 1 : 0) };
}

/** Whether an encoder can tell what items say to a user without a row. */
export function hearsItems(options: EncoderOptions, table: RowsTable = ROWS): boolean {
  const { rows, propagation } = encoderParts(options);
  return propagationKind(propagation).hearsItems(propagation, rowsHear(rows, table));
}

/**
 * Fresh variables of an encoder by the names that checkpoints have: what its rows are made of (`embedding`, one row a node
 * that has one, of an id table), and `layerWeights` where they are learned.
 */
export function createEncoderVariables(
  options: EncoderOptions,
  context: RowsContext,
  seed: number,
  table: RowsTable = ROWS,
): Record<string, Variable> {
  const { rows, propagation, embeddingDim } = encoderParts(options);
  return {
    ...table[rows.name].createVariables(rows, { ...context, embeddingDim, seed }),
    ...propagationKind(propagation).createVariables(propagation),
  };
}

/**
 * @param variables as `createEncoderVariables` makes them, or a checkpoint's; others are ignored
 * @throws ConfigError `EXTENSION_ROW` for rows whose id table would not be trained as one
 */
export function createEncoder(
  variables: Readonly<Record<string, Variable>>,
  options: EncoderOptions,
  context: RowsContext,
  table: RowsTable = ROWS,
): Encoder {
  const parts = encoderParts(options);
  const rows = table[parts.rows.name].create(variables, parts.rows, context);
  if (rows.idTable !== undefined && rows.idTable !== rows.variables.embedding) {
    throw new ConfigError(
      'EXTENSION_ROW',
      `rows ${parts.rows.name}: an id table must be the variable called embedding`,
    );
  }
  const propagated = propagate(rows, parts.propagation, variables, context);
  return {
    ...propagated,
    variables: { ...rows.variables, ...propagated.variables },
    idTable: rows.idTable,
    firstNode: rows.firstNode,
    idNodes: idNodesOf(rows),
    towers: rows.towers,
    table: () => rows.table(),
    over: (others) => createEncoder(others, options, context, table),
  };
}
