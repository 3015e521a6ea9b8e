/**
 * Some rows of the layers of encoder passes over a sampled block (see `BlockPass`), differentiable in the block's rows
 * of the table: the form of `layerRows` whose cost does not depend on the size of the graph.
 */
import * as tf from '@tensorflow/tfjs';
import { type BlockPass, currentKernels } from '../backend/index.js';
import { assertLength, ShapeError } from '../core/errors.js';
import { assertCount, assertFloats, assertNoise, assertRows } from './argument-checks.js';

export type { BlockHop, BlockPass, BlockRows } from '../backend/index.js';

/**
 * @param local the block's rows of the table, `[numLocal, dim]`
 * @returns the combinations of each pass, stacked in order, `[Σ numRows · numCombinations, dim]`
 * @throws ShapeError for sizes that do not fit together, or rows outside the last layer
 */
export function blockRows(local: tf.Tensor2D, passes: readonly BlockPass[]): tf.Tensor2D {
  assertFloats('blockRows: local', local, [null, null]);
  const numLocal = local.shape[0];
  for (const pass of passes) checkPass(pass, numLocal);
  const kernels = currentKernels();
  const stack = tf.customGrad((input) => ({
    value: kernels.blockRows(input as tf.Tensor2D, passes),
    gradFunc: (dy) => kernels.blockRowsGradient(dy as tf.Tensor2D, passes, numLocal),
  }));
  return stack(local) as tf.Tensor2D;
}

function checkPass({ hops, numLayers, noise, nodes, rows, combinations }: BlockPass, numLocal: number): void {
  assertLength('blockRows: nodes', nodes.length, numLocal);
  if (hops.length > 0) assertLength('blockRows: hops', hops.length, numLayers);
  assertCount('blockRows: numLayers', numLayers, 0);
  assertNoise('blockRows: noise', noise, numLayers);
  for (const weights of combinations) assertLength('blockRows: weights of the layers', weights.length, numLayers + 1);
  let numRows = numLocal;
  for (const { matrix, transposed } of hops) {
    const numColumns = numRows;
    numRows = matrix.offsets.length - 1;
    // layer k is about the first of the nodes that layer k − 1 is about
    if (numRows > numColumns) assertLength('blockRows: hop (rows)', numRows, numColumns);
    assertRows('blockRows: hop', matrix, numRows, numColumns);
    assertRows('blockRows: transposed hop', transposed, numColumns, numRows);
    assertLength('blockRows: transposed hop (entries)', transposed.columns.length, matrix.columns.length);
  }
  for (const row of rows) {
    if (row >= 0 && row < numRows) continue;
    throw new ShapeError(`blockRows: rows must be within 0 … ${numRows - 1}, the last layer's; got ${row}`);
  }
}
