/**
 * Embeddings of every node by full propagation in bounded memory: some columns of the table at a time go through all
 * layers (columns do not mix), then rows are brought to length 1 a part at a time. Beside the result, never more than
 * the budget is held. The same numbers as one pass over the whole table, for every budget.
 */
import * as tf from '@tensorflow/tfjs';
import type { Encoder } from '../encoders/index.js';
import type { Adjacency } from '../graph/adjacency.js';
import { fetchValues, l2Normalize } from '../ops/index.js';

/**
 * Bytes for the layers of the columns under way. Too small: the adjacency is read once for every few columns; too large:
 * memory that a large graph does not leave.
 */
export const EMBEDDING_BUDGET_BYTES = 2 ** 30;

/** @returns `[numNodes, embeddingDim]` row-major */
export async function embedAll(
  encoder: Encoder,
  adjacency: Adjacency,
  normalized: boolean,
  budgetBytes = EMBEDDING_BUDGET_BYTES,
): Promise<Float32Array<ArrayBuffer>> {
  const [numNodes, dim] = encoder.ego.shape as [number, number];
  // the columns, each layer, their sum and a product at a time
  const perColumn = 4 * numNodes * (encoder.numLayers + 3);
  // whole vectors of 16 where the budget allows
  const fitting = Math.max(1, Math.min(dim, Math.floor(budgetBytes / perColumn)));
  const width = fitting < dim && fitting > 16 ? fitting - (fitting % 16) : fitting;
  const all = new Float32Array(numNodes * dim);
  for (let first = 0; first < dim; first += width) {
    const count = Math.min(width, dim - first);
    const part = new Float32Array(numNodes * count);
    // anew for every part: it may not be kept over other ops
    copyColumns(await fetchValues(encoder.ego), dim, first, part, count, 0, count, numNodes);
    const final = tf.tidy(() => encoder.encodeColumns(tf.tensor2d(part, [numNodes, count]), adjacency));
    copyColumns(await fetchValues(final), count, 0, all, dim, first, count, numNodes);
    final.dispose();
  }
  if (normalized) await normalizeParts(all, numNodes, dim, budgetBytes);
  return all;
}

/** to[row, toFirst + c] = from[row, fromFirst + c]; widths are the arrays' own numbers of columns. */
function copyColumns(
  from: Float32Array,
  fromWidth: number,
  fromFirst: number,
  to: Float32Array,
  toWidth: number,
  toFirst: number,
  count: number,
  numRows: number,
): void {
  for (let row = 0; row < numRows; row++) {
    const source = row * fromWidth + fromFirst;
    const target = row * toWidth + toFirst;
    for (let column = 0; column < count; column++) to[target + column] = from[source + column];
  }
}

async function normalizeParts(all: Float32Array, numNodes: number, dim: number, budgetBytes: number): Promise<void> {
  const rows = Math.max(1, Math.floor(budgetBytes / (16 * dim)));
  for (let first = 0; first < numNodes; first += rows) {
    const part = all.subarray(first * dim, Math.min(first + rows, numNodes) * dim);
    const unit = tf.tidy(() => l2Normalize(tf.tensor2d(part.slice(), [part.length / dim, dim])));
    part.set(await fetchValues(unit));
    unit.dispose();
  }
}
