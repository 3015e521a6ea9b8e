/**
 * Embeddings of every node by full propagation in bounded memory: some columns of the table at a time go through all
 * hops, then rows are brought to length 1 a part at a time. Beside the result, never more than the budget is held. The
 * same numbers as one pass over the whole table, for every budget.
 */
import * as tf from '@tensorflow/tfjs';
import type { Encoder } from '../encoders/index.js';
import type { Adjacency } from '../graph/adjacency.js';
import { fetchValues, l2Normalize } from '../ops/index.js';
import { copyColumns, EMBEDDING_BUDGET_BYTES, forColumnBlocks } from '../runs/column-blocks.js';

/** @returns `[numNodes, embeddingDim]` row-major */
export async function embedAll(
  encoder: Encoder,
  adjacency: Adjacency,
  normalized: boolean,
  budgetBytes = EMBEDDING_BUDGET_BYTES,
): Promise<Float32Array<ArrayBuffer>> {
  const { numNodes } = adjacency;
  const table = tf.tidy(() => tf.clone(encoder.table()));
  const [numRows, dim] = table.shape;
  await encoder.variables.layerWeights?.data();
  const all = new Float32Array(numNodes * dim);
  // the columns, each hop, their sum and a product at a time
  const perColumn = 4 * numNodes * (encoder.numHops + 3);
  const budget = encoder.mixesColumns ? Number.POSITIVE_INFINITY : budgetBytes;
  await forColumnBlocks(dim, perColumn, budget, async (first, count) => {
    const part = new Float32Array(numRows * count);
    // anew for every part: it may not be kept over other ops
    copyColumns(await fetchValues(table), dim, first, part, count, 0, count, numRows);
    const final = tf.tidy(() => encoder.encodeColumns(tf.tensor2d(part, [numRows, count]), adjacency));
    copyColumns(await fetchValues(final), count, 0, all, dim, first, count, numNodes);
    final.dispose();
  });
  table.dispose();
  if (normalized) await normalizeParts(all, numNodes, dim, budgetBytes);
  return all;
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
