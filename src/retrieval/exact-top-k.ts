/**
 * Exact top-K by inner product, through the current backend's kernels: scores are compared and dropped tile by tile.
 * Memory: one packed copy of the item matrix, some tiles and the result; never queries × items.
 *
 * The result is the same bit for bit for every tile and block size and for every grouping of the queries.
 */
import { currentKernels, ensureBackend, type PackedItems } from '../backend/index.js';
import { assertLength, ShapeError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { slotsFor, type TopK } from '../core/select-top-k.js';
import type { Positions } from './recommender.js';

export interface ExactTopKOptions {
  /** Queries scored together. Too small: overhead; too large: they leave the cache. Default: the backend's choice. */
  queryTile?: number;
  /** Items scored together. The same trade. Default: the backend's choice. */
  itemBlock?: number;
}

export class ExactTopK {
  readonly numItems: number;
  private readonly tiles: ExactTopKOptions;
  /** Made at the first search, and again when another backend has become current. */
  private packed: { readonly by: object; readonly items: PackedItems } | undefined;

  /**
   * @param items `[numItems, embeddingDim]` row-major; kept, and must not change
   * @throws ShapeError when the length is no multiple of `embeddingDim`, or a tile is no whole number of at least 1
   */
  constructor(
    private readonly items: Float32Array,
    readonly embeddingDim: number,
    options: ExactTopKOptions = {},
  ) {
    this.numItems = rowCount('items', items, embeddingDim);
    this.tiles = options;
    for (const [name, size] of Object.entries(options)) {
      if (size === undefined || (Number.isInteger(size) && size >= 1 && size < 2 ** 31)) continue;
      throw new ShapeError(`${name}: expected an integer of at least 1, got ${size}`);
    }
  }

  /**
   * @param queries `[numQueries, embeddingDim]` row-major
   * @param k items a query, 1 ≤ k; rows are min(k, numItems) wide, with fewer candidates their rest is -1 and -Infinity
   * @param exclude item indices that must not come back, `[numQueries]` rows
   * @throws TwinlightError `RETRIEVAL_K`; ShapeError when shapes do not fit
   */
  async search(queries: Float32Array, k: number, exclude?: Ragged): Promise<TopK> {
    this.checkRows(queries, 'exclude', exclude);
    const slots = slotsFor(k, this.numItems);
    if (slots === 0) return { k: 0, ids: new Int32Array(0), scores: new Float32Array(0) };
    const { kernels, items } = await this.packedItems();
    return kernels.topK({ queries, items, exclude, tiles: this.tiles }, slots);
  }

  /**
   * Where the items `wanted` stand in each query's full ranking, without making it.
   */
  async positionsOf(
    queries: Float32Array,
    { wanted, exclude }: { readonly wanted: Ragged; readonly exclude?: Ragged },
  ): Promise<Positions> {
    this.checkRows(queries, 'exclude', exclude);
    this.checkRows(queries, 'wanted', wanted);
    const { kernels, items } = await this.packedItems();
    return kernels.rankCount({ queries, items, exclude, tiles: this.tiles }, wanted);
  }

  private checkRows(queries: Float32Array, name: string, rows: Ragged | undefined): void {
    const numQueries = rowCount('queries', queries, this.embeddingDim);
    if (rows) assertLength(`${name} (rows)`, rows.offsets.length - 1, numQueries);
  }

  private async packedItems() {
    await ensureBackend();
    const kernels = currentKernels();
    if (this.packed?.by !== kernels) {
      this.packed = { by: kernels, items: kernels.packItems(this.items, this.embeddingDim, this.tiles) };
    }
    return { kernels, items: this.packed.items };
  }
}

function rowCount(what: string, values: Float32Array, embeddingDim: number): number {
  const rows = values.length / embeddingDim;
  if (!Number.isInteger(rows)) {
    throw new ShapeError(`${what}: ${values.length} numbers are no whole number of rows of ${embeddingDim}`);
  }
  return rows;
}
