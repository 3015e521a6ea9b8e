/** Rows that are the id table itself, of all nodes or of those from some node on. */
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import { ShapeError } from '../../core/errors.js';
import type { Rows } from './rows.js';

/** @param idTable `[numNodes - firstNode, embeddingDim]` */
export function idTableRows(idTable: Variable, { firstNode, hears }: Pick<Rows, 'firstNode' | 'hears'>): Rows {
  return {
    variables: { embedding: idTable },
    idTable,
    firstNode,
    hears,
    numNodes: firstNode + idTable.shape[0],
    table: () => idTable as unknown as Tensor2D,
    tableOf(_, idRows) {
      if (idRows === undefined) throw new ShapeError('encodeBlock: the rows of the id table are missing');
      return idRows;
    },
  };
}
