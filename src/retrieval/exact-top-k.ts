/**
 * Exact top-K by inner product: scores come from a matrix product on the current tfjs backend, one tile of queries by
 * one block of items at a time, and go straight into bounded heaps. Memory: one copy of the item matrix, one tile of
 * scores (queryTile × itemBlock floats) and the result; never queries × items.
 *
 * The result is the same bit for bit for every tile and block size and for every grouping of the queries.
 */
import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backend/index.js';
import { assertLength, ShapeError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import type { TopK } from './recommender.js';
import { TopKSelector } from './select-top-k.js';

export const EXACT_TOP_K_DEFAULTS = Object.freeze({
  /** Queries a product. Too small: call overhead; too large: the tile of scores leaves the cache. */
  queryTile: 128,
  /** Items a product. The same trade as `queryTile`; 128 × 8192 scores take 4 MiB. */
  itemBlock: 8192,
});

export interface ExactTopKOptions {
  queryTile?: number;
  itemBlock?: number;
}

/**
 * Backends whose product gives a row the same bits whatever the number of rows beside it (one fixed order of
 * summation; covered by tests). On any other the last tile is padded to the full shape, so that every product has one.
 */
const SHAPE_INDEPENDENT_BACKENDS: readonly string[] = ['native', 'wasm', 'cpu'];

export class ExactTopK {
  readonly numItems: number;
  private readonly queryTile: number;
  private readonly itemBlock: number;
  /** Items transposed block by block, each `[embeddingDim, itemsInBlock]`: the product's fast orientation. */
  private readonly blocks: readonly Float32Array[];

  /**
   * @param items `[numItems, embeddingDim]` row-major; copied
   * @throws ShapeError when the length is no multiple of `embeddingDim`
   */
  constructor(
    items: Float32Array,
    readonly embeddingDim: number,
    options: ExactTopKOptions = {},
  ) {
    this.numItems = rowCount('items', items, embeddingDim);
    this.queryTile = options.queryTile ?? EXACT_TOP_K_DEFAULTS.queryTile;
    this.itemBlock = options.itemBlock ?? EXACT_TOP_K_DEFAULTS.itemBlock;
    const blocks: Float32Array[] = [];
    for (let first = 0; first < this.numItems; first += this.itemBlock) {
      const last = Math.min(first + this.itemBlock, this.numItems);
      blocks.push(transpose(items.subarray(first * embeddingDim, last * embeddingDim), last - first, embeddingDim));
    }
    this.blocks = blocks;
  }

  /**
   * @param queries `[numQueries, embeddingDim]` row-major
   * @param k items a query, 1 ≤ k; with fewer candidates the rest of the row is -1 and -Infinity
   * @param exclude item indices that must not come back, `[numQueries]` rows
   */
  async search(queries: Float32Array, k: number, exclude?: Ragged): Promise<TopK> {
    const { embeddingDim, queryTile, itemBlock, blocks } = this;
    const numQueries = rowCount('queries', queries, embeddingDim);
    if (exclude) assertLength('exclude (rows)', exclude.offsets.length - 1, numQueries);
    const selector = new TopKSelector(numQueries, k);
    await ensureBackend();
    for (const [index, block] of blocks.entries()) {
      const itemsInBlock = block.length / embeddingDim;
      const itemTensor = tf.tensor2d(block, [embeddingDim, itemsInBlock]);
      try {
        for (let first = 0; first < numQueries; first += queryTile) {
          const last = Math.min(first + queryTile, numQueries);
          const tile = queries.subarray(first * embeddingDim, last * embeddingDim);
          const scores = await this.scoreTile(tile, last - first, itemTensor);
          for (let query = first; query < last; query++) {
            const start = (query - first) * itemsInBlock;
            const excluded = exclude?.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]);
            selector.offer(query, scores, start, start + itemsInBlock, index * itemBlock, excluded);
          }
        }
      } finally {
        itemTensor.dispose();
      }
    }
    return selector.finish();
  }

  /** Scores of at least `rows` rows, `[≥ rows, itemsInBlock]` row-major. */
  private async scoreTile(tile: Float32Array, rows: number, items: tf.Tensor2D): Promise<Float32Array> {
    let queries = tile;
    let shapeRows = rows;
    if (rows < this.queryTile && !SHAPE_INDEPENDENT_BACKENDS.includes(tf.getBackend())) {
      shapeRows = this.queryTile;
      queries = new Float32Array(shapeRows * this.embeddingDim);
      queries.set(tile);
    }
    const scores = tf.tidy(() => tf.matMul(tf.tensor2d(queries, [shapeRows, this.embeddingDim]), items));
    try {
      return (await scores.data()) as Float32Array;
    } finally {
      scores.dispose();
    }
  }
}

function rowCount(what: string, values: Float32Array, embeddingDim: number): number {
  const rows = values.length / embeddingDim;
  if (!Number.isInteger(rows)) {
    throw new ShapeError(`${what}: ${values.length} numbers are no whole number of rows of ${embeddingDim}`);
  }
  return rows;
}

/** `[rows, columns]` → `[columns, rows]`. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column];
  }
  return result;
}
