/**
 * Some rows of the layers of one or more encoder passes over the same table (see `LayerPass`), differentiable in the
 * table. A training step needs the embeddings of its batch only, a few thousand nodes of a graph that may have millions:
 * asking for rows spares the last layer of every pass, forward and backward.
 */
import * as tf from '@tensorflow/tfjs';
import { currentKernels, type LayerPass } from '../backend/index.js';
import { assertLength, ShapeError } from '../core/errors.js';
import { assertCount, assertFloats, assertNoise, assertRows, square } from './argument-checks.js';

export type { LayerPass } from '../backend/index.js';

/**
 * @param table `[numNodes, dim]`
 * @param passes their matrices must be symmetric
 * @returns the combinations of each pass, stacked in order, `[Σ numRows · numCombinations, dim]`
 * @throws ShapeError for sizes that do not fit, or rows that are not distinct, ascending and inside the table
 */
export function layerRows(table: tf.Tensor2D, passes: readonly LayerPass[]): tf.Tensor2D {
  assertFloats('layerRows: table', table, [null, null]);
  const numNodes = table.shape[0];
  for (const pass of passes) checkPass(pass, numNodes);
  const kernels = currentKernels();
  const stack = tf.customGrad((input) => ({
    value: kernels.layerRows(input as tf.Tensor2D, passes),
    gradFunc: (dy) => kernels.layerRowsGradient(dy as tf.Tensor2D, passes, numNodes),
  }));
  return stack(table) as tf.Tensor2D;
}

function checkPass({ matrix, numLayers, noise, rows, combinations }: LayerPass, numNodes: number): void {
  assertCount('layerRows: numLayers', numLayers, 0);
  if (matrix) {
    assertLength('layerRows: matrix (nodes)', matrix.numNodes, numNodes);
    assertRows('layerRows: matrix', matrix, square(numNodes));
  }
  assertNoise('layerRows: noise', noise, numLayers);
  for (const weights of combinations) assertLength('layerRows: weights of the layers', weights.length, numLayers + 1);
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] < 0 || rows[i] >= numNodes || (i > 0 && rows[i] <= rows[i - 1])) {
      throw new ShapeError(
        `layerRows: rows must ascend within 0 … ${numNodes - 1}; got ${rows[i]} at position ${i}${i > 0 ? ` after ${rows[i - 1]}` : ''}`,
      );
    }
  }
}
