/**
 * Exact top-K and rank counts on the device: a tile of queries is scored against a block of items, and only ids, scores and
 * counts come back. A score is kept as an unsigned integer that orders as the score does, 0 for "no score", so that NaN,
 * −∞ and exclusions are plain comparisons. The K-th largest is found digit by digit (radix select); equal scores go by
 * ascending item. Scores have the same bits for every tile and block.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { Ragged } from '../../core/ragged.js';
import type { TopK } from '../../core/select-top-k.js';
import type { ItemSearch, PackedItems, ScoringTiles } from '../kernels.js';
import type { Compute } from './compute.js';
import { TILE } from './tile-products.js';
import { COUNT_RANKED, COUNT_WANTED, EXCLUDE, PICK_WANTED, SCORES, SELECT } from './top-k-programs.js';

const DEFAULTS = Object.freeze({
  /** Queries scored together. Too small: launches; too large: memory, four bytes a query and item of a block. */
  queryTile: 128,
  /** Items scored together. The same trade. */
  itemBlock: 65_536,
});

/** Scores held at a time, whatever the caller's tiles: 128 MB. */
const MOST_SCORES = 1 << 25;

interface Tile {
  readonly firstQuery: number;
  readonly numQueries: number;
  readonly firstItem: number;
  readonly numItems: number;
  /** Ordered scores, `[numQueries, numItems]`. */
  readonly scores: TensorInfo;
}

export class DeviceTopK {
  constructor(private readonly compute: Compute) {}

  async topK(search: ItemSearch, k: number): Promise<TopK> {
    const { compute } = this;
    const { queries, items, tiles } = search;
    const numQueries = queries.length / items.embeddingDim;
    const best: { ids: Int32Array; scores: Uint32Array }[] = [];
    for (const block of blocksOf(items, tiles)) {
      if (numQueries === 0) break;
      const ids = compute.integers(numQueries, k);
      const scores = compute.integers(numQueries, k);
      this.visit(search, block, (tile) => {
        const params = [tile.numItems, tile.numQueries, k, tile.firstQuery, tile.firstItem];
        compute.run(SELECT, [tile.scores, ids, scores], params, tile.numQueries);
      });
      const [readIds, readScores] = [await compute.read<Int32Array>(ids), await compute.read<Int32Array>(scores)];
      best.push({ ids: readIds, scores: new Uint32Array(readScores.buffer, readScores.byteOffset, readScores.length) });
    }
    return merge(best, numQueries, k);
  }

  async rankCount(
    search: ItemSearch,
    wanted: Ragged,
  ): Promise<{ readonly positions: Int32Array; readonly numRanked: Int32Array }> {
    const { compute } = this;
    const { queries, items, tiles } = search;
    const numQueries = queries.length / items.embeddingDim;
    const numWanted = wanted.values.length;
    if (numQueries === 0 || items.numItems === 0) {
      return { positions: new Int32Array(numWanted), numRanked: new Int32Array(numQueries) };
    }
    const queryOf = new Int32Array(numWanted);
    for (let query = 0; query < numQueries; query++)
      queryOf.fill(query, wanted.offsets[query], wanted.offsets[query + 1]);
    const zeros = (length: number): TensorInfo => compute.upload(new Int32Array(length));
    const [rows, ids] = [compute.upload(queryOf), compute.upload(wanted.values)];
    const [own, positions, numRanked] = [zeros(numWanted), zeros(numWanted), zeros(numQueries)];
    const blocks = blocksOf(items, tiles);
    const pick = ({ scores, firstQuery, numQueries: count, firstItem, numItems }: Tile): void => {
      const [from, to] = [wanted.offsets[firstQuery], wanted.offsets[firstQuery + count]];
      compute.run(
        PICK_WANTED,
        [scores, rows, ids, own],
        [numItems, firstQuery, firstItem, from, to],
        Math.ceil((to - from) / 64),
      );
    };
    const count = ({ scores, firstQuery, numQueries: rowsInTile, firstItem, numItems }: Tile): void => {
      const [from, to] = [wanted.offsets[firstQuery], wanted.offsets[firstQuery + rowsInTile]];
      const params = [numItems, firstQuery, firstItem, from, to];
      compute.run(COUNT_WANTED, [scores, rows, ids, own, positions], params, to - from);
      compute.run(COUNT_RANKED, [scores, numRanked], [numItems, firstQuery, rowsInTile], rowsInTile);
    };
    if (blocks.length === 1) {
      this.visit(search, blocks[0], (tile) => {
        pick(tile);
        count(tile);
      });
    } else {
      for (const visit of [pick, count]) {
        for (const block of blocks) this.visit(search, block, visit);
      }
    }
    for (const data of [rows, ids, own]) compute.backend.disposeData(data.dataId);
    const [places, ranked] = [await compute.read<Int32Array>(positions), await compute.read<Int32Array>(numRanked)];
    return { positions: places.slice(0, numWanted), numRanked: ranked };
  }

  /** Scores every tile of a block and hands it on. */
  private visit(
    { queries, items, exclude, tiles }: ItemSearch,
    { firstItem, numItems }: ItemBlock,
    visit: (tile: Tile) => void,
  ): void {
    const { compute } = this;
    const { embeddingDim, parts } = items;
    const total = queries.length / embeddingDim;
    const fitting = Math.max(1, Math.floor(MOST_SCORES / numItems));
    const queryTile = Math.min(tiles.queryTile ?? DEFAULTS.queryTile, fitting);
    compute.scope(() => {
      const keys = compute.upload(parts[0].subarray(firstItem * embeddingDim, (firstItem + numItems) * embeddingDim));
      for (let firstQuery = 0; firstQuery < total; firstQuery += queryTile) {
        const numQueries = Math.min(queryTile, total - firstQuery);
        compute.scope(() => {
          const rows = compute.upload(
            queries.subarray(firstQuery * embeddingDim, (firstQuery + numQueries) * embeddingDim),
          );
          const scores = compute.integers(numQueries, numItems);
          const across = Math.ceil(numItems / TILE);
          const params = [embeddingDim, numQueries, numItems, across];
          compute.run(SCORES, [rows, keys, scores], params, across * Math.ceil(numQueries / TILE));
          const hidden = exclude && exclusionsOf(exclude, { firstQuery, numQueries });
          if (hidden) {
            const inputs = [compute.upload(hidden), scores];
            compute.run(EXCLUDE, inputs, [numQueries, numItems, firstItem], Math.ceil(numQueries / 64));
          }
          visit({ firstQuery, numQueries, firstItem, numItems, scores });
        });
      }
    });
  }
}

interface ItemBlock {
  readonly firstItem: number;
  readonly numItems: number;
}

function blocksOf({ numItems }: PackedItems, { itemBlock = DEFAULTS.itemBlock }: ScoringTiles): ItemBlock[] {
  return Array.from({ length: Math.ceil(numItems / itemBlock) }, (_, at) => ({
    firstItem: at * itemBlock,
    numItems: Math.min(itemBlock, numItems - at * itemBlock),
  }));
}

/** Offsets from 0, then the items, of some queries; undefined if there are none. */
function exclusionsOf(
  { offsets, values }: Ragged,
  { firstQuery: first, numQueries: count }: Pick<Tile, 'firstQuery' | 'numQueries'>,
): Int32Array | undefined {
  const start = offsets[first];
  const size = offsets[first + count] - start;
  if (size === 0) return undefined;
  const list = new Int32Array(count + 1 + size);
  for (let i = 0; i <= count; i++) list[i] = offsets[first + i] - start;
  list.set(values.subarray(start, start + size), count + 1);
  return list;
}

/** The best of each block, in any order within it, to the best of all, in order. */
function merge(blocks: readonly { ids: Int32Array; scores: Uint32Array }[], numQueries: number, k: number): TopK {
  const ids = new Int32Array(numQueries * k).fill(-1);
  const ordered = new Uint32Array(numQueries * k);
  for (let query = 0; query < numQueries; query++) {
    const found: { id: number; score: number }[] = [];
    for (const block of blocks) {
      for (let at = query * k; at < (query + 1) * k && block.scores[at] > 0; at++) {
        found.push({ id: block.ids[at], score: block.scores[at] });
      }
    }
    found.sort((a, b) => b.score - a.score || a.id - b.id);
    for (const [i, { id, score }] of found.slice(0, k).entries()) {
      ids[query * k + i] = id;
      ordered[query * k + i] = score;
    }
  }
  // back from the ordered form; 0 was no score
  const bits = ordered.map((key) => (key === 0 ? 0xff800000 : key & 0x80000000 ? key & 0x7fffffff : ~key));
  return { k, ids, scores: new Float32Array(bits.buffer) };
}
