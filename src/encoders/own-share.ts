/**
 * What a node without an edge keeps of its layer-0 row: its embedding is `ownShare · row`. Every propagation is linear in the row
 * there (a layer hears nothing, an activation of nothing is nothing), so that the share is the embedding of the row 1.
 */
import * as tf from '@tensorflow/tfjs';
import { ShapeError } from '../core/errors.js';
import { fetchValues } from '../ops/index.js';
import { type EncoderOptions, encoderParts } from './encoder-options.js';
import { propagate } from './propagation/registry.js';
import { ROWS, type RowsTable, rowsHear } from './rows/registry.js';
import type { Rows } from './rows/rows.js';

/** A node alone. */
const ALONE = { numNodes: 1, offsets: Int32Array.of(0, 0), columns: new Int32Array(0), values: new Float32Array(0) };

/** @param variables the encoder's, by the names that checkpoints have */
export async function ownShareOf(
  options: EncoderOptions,
  variables: Readonly<Record<string, tf.Variable>>,
  table: RowsTable = ROWS,
): Promise<number> {
  const { rows, propagation } = encoderParts(options);
  const noTable = (): never => {
    throw new ShapeError('own share: a node alone has the row that it is given');
  };
  const alone: Rows = {
    variables: {},
    firstNode: 0,
    numNodes: 1,
    hears: rowsHear(rows, table),
    table: noTable,
    tableOf: noTable,
  };
  const propagated = propagate(alone, propagation, variables, { degrees: Int32Array.of(0) });
  await propagated.variables.layerWeights?.data();
  const final = tf.tidy(() => propagated.encodeColumns(tf.tensor2d([[1]]), ALONE));
  const [share] = await fetchValues(final);
  final.dispose();
  return share;
}
