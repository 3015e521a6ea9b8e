/**
 * Some rows of the layers of encoder passes over a sampled block (see `BlockPass`), differentiable in the block's rows
 * of the table: the form of `layerRows` whose cost does not depend on the size of the graph.
 */
import * as tf from '@tensorflow/tfjs';
import { type BlockPass, currentKernels } from '../backend/index.js';
import { assertLength, ShapeError } from '../core/errors.js';
import { assertCount, assertFloats, assertNoise, assertRows } from './argument-checks.js';

export type { BlockHop, BlockPass, CompressedRows } from '../backend/index.js';

/**
 * @param local the block's rows of the table, `[numLocal, dim]`
 * @returns the combinations of each pass, stacked in order, `[Σ numRows · numCombinations, dim]`
 * @throws ShapeError for sizes that do not fit together, or rows outside the last layer
 */
export function blockLayerRows(local: tf.Tensor2D, passes: readonly BlockPass[]): tf.Tensor2D {
  assertFloats('blockLayerRows: local', local, [null, null]);
  const numLocal = local.shape[0];
  for (const pass of passes) checkPass(pass, numLocal);
  const kernels = currentKernels();
  const stack = tf.customGrad((input) => ({
    value: kernels.blockLayerRows(input as tf.Tensor2D, passes),
    gradFunc: (dy) => kernels.blockLayerRowsGradient(dy as tf.Tensor2D, passes, numLocal),
  }));
  return stack(local) as tf.Tensor2D;
}

function checkPass({ hops, numLayers, noise, nodes, rows, combinations }: BlockPass, numLocal: number): void {
  assertLength('blockLayerRows: nodes', nodes.length, numLocal);
  if (hops.length > 0) assertLength('blockLayerRows: hops', hops.length, numLayers);
  assertCount('blockLayerRows: numLayers', numLayers, 0);
  assertNoise('blockLayerRows: noise', noise, numLayers);
  for (const weights of combinations)
    assertLength('blockLayerRows: weights of the layers', weights.length, numLayers + 1);
  let numRows = numLocal;
  for (const { matrix, transposed } of hops) {
    const numColumns = numRows;
    numRows = matrix.offsets.length - 1;
    // layer k is about the first of the nodes that layer k − 1 is about
    if (numRows > numColumns) assertLength('blockLayerRows: hop (rows)', numRows, numColumns);
    assertRows('blockLayerRows: hop', matrix, { numRows, numColumns });
    assertRows('blockLayerRows: transposed hop', transposed, { numRows: numColumns, numColumns: numRows });
    assertLength('blockLayerRows: transposed hop (entries)', transposed.columns.length, matrix.columns.length);
  }
  for (const row of rows) {
    if (row >= 0 && row < numRows) continue;
    throw new ShapeError(`blockLayerRows: rows must be within 0 … ${numRows - 1}, the last layer's; got ${row}`);
  }
}
