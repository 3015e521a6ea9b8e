/**
 * Scores of queries against items by the matrix product of the current tfjs backend, one tile of queries by one block of
 * items at a time: queryTile × itemBlock floats in memory, never queries × items.
 */
import * as tf from '@tensorflow/tfjs';
import type { PackedItems, ScoringTiles } from '../kernels.js';

const DEFAULTS = Object.freeze({
  /** Queries a product. Too small: call overhead; too large: the tile of scores leaves the cache. */
  queryTile: 128,
  /** Items a product. The same trade as `queryTile`; 128 × 8192 scores take 4 MiB. */
  itemBlock: 8192,
});

/**
 * Backends whose product gives a row the same bits whatever the number of rows beside it (one fixed order of
 * summation; covered by tests). On any other the last tile is padded to the full shape, so that every product has one.
 */
const SHAPE_INDEPENDENT_BACKENDS: readonly string[] = ['wasm', 'cpu'];

/** Items transposed block by block, each `[embeddingDim, itemsInBlock]`: the product's fast orientation. */
export function packItems(items: Float32Array, embeddingDim: number, { itemBlock }: ScoringTiles): PackedItems {
  const numItems = items.length / embeddingDim;
  const block = itemBlock ?? DEFAULTS.itemBlock;
  const parts: Float32Array[] = [];
  for (let first = 0; first < numItems; first += block) {
    const last = Math.min(first + block, numItems);
    parts.push(transpose(items.subarray(first * embeddingDim, last * embeddingDim), last - first, embeddingDim));
  }
  return { numItems, embeddingDim, parts };
}

export interface ScoreTile {
  readonly firstQuery: number;
  readonly lastQuery: number;
  readonly firstItem: number;
  readonly itemsInBlock: number;
  /** At least lastQuery − firstQuery rows, `[≥ rows, itemsInBlock]`. */
  readonly scores: Float32Array;
}

/** Calls `visit` for every tile; a query meets its items in ascending order. */
export async function visitScores(
  queries: Float32Array,
  items: PackedItems,
  { queryTile = DEFAULTS.queryTile }: ScoringTiles,
  visit: (tile: ScoreTile) => void,
): Promise<void> {
  const { embeddingDim } = items;
  const numQueries = queries.length / embeddingDim;
  let firstItem = 0;
  for (const block of items.parts) {
    const itemsInBlock = block.length / embeddingDim;
    const itemTensor = tf.tensor2d(block, [embeddingDim, itemsInBlock]);
    try {
      for (let firstQuery = 0; firstQuery < numQueries; firstQuery += queryTile) {
        const lastQuery = Math.min(firstQuery + queryTile, numQueries);
        const rows = queries.subarray(firstQuery * embeddingDim, lastQuery * embeddingDim);
        const scores = await scoreTile(rows, lastQuery - firstQuery, queryTile, itemTensor);
        visit({ firstQuery, lastQuery, firstItem, itemsInBlock, scores });
      }
    } finally {
      itemTensor.dispose();
    }
    firstItem += itemsInBlock;
  }
}

async function scoreTile(
  tile: Float32Array,
  rows: number,
  queryTile: number,
  items: tf.Tensor2D,
): Promise<Float32Array> {
  const embeddingDim = items.shape[0];
  let queries = tile;
  let shapeRows = rows;
  if (rows < queryTile && !SHAPE_INDEPENDENT_BACKENDS.includes(tf.getBackend())) {
    shapeRows = queryTile;
    queries = new Float32Array(shapeRows * embeddingDim);
    queries.set(tile);
  }
  const scores = tf.tidy(() => tf.matMul(tf.tensor2d(queries, [shapeRows, embeddingDim]), items));
  try {
    return (await scores.data()) as Float32Array;
  } finally {
    scores.dispose();
  }
}

/** `[rows, columns]` → `[columns, rows]`. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column];
  }
  return result;
}
