/**
 * Filtered lists for many rows at a time: users, or items that are asked for others like them. What passes before anything is known
 * of a row is ranked as a catalogue of its own (`rank-among.ts`), so that a selective filter makes a block cheaper, not dearer.
 */
import { concatInt32 } from '../../core/concat-int32.js';
import { oneRow, type Ragged } from '../../core/ragged.js';
import { rankAmong } from '../rank-among.js';
import type { Recommender, TopK } from '../recommender.js';
import type { RankedPool } from './choose-list.js';
import { firstPoolSize, listFromPools, passingItems, poolOf } from './filtered-list.js';
import type { CompiledFilter } from './item-filter.js';

export class BlockLists {
  /** Undefined where nothing passes. */
  private readonly ranking: Recommender | undefined;
  private readonly numPassing: number;

  /** @param ranker its queries are the rows that are asked for */
  constructor(
    private readonly filter: CompiledFilter,
    ranker: Recommender,
  ) {
    const passing = filter.mask.members();
    this.numPassing = passing.length;
    if (passing.length === filter.numItems) this.ranking = ranker;
    else if (passing.length > 0) this.ranking = rankAmong(ranker, passing);
  }

  /**
   * The k best of each row, best first; as `filteredList` gives them one at a time where the ranking is exact.
   * @param rows `[numRows]`
   * @param seen what must not come, ascending and distinct, a list a row
   */
  async of(rows: Int32Array, k: number, seen: readonly Int32Array[]): Promise<RankedPool[]> {
    const { filter, ranking, numPassing } = this;
    if (!ranking) return seen.map(() => NOTHING);
    const size = Math.min(firstPoolSize(filter, k), numPassing);
    const top = await ranking.recommend(rows, size, raggedOf(seen));
    const pools = seen.map((_, at) => poolOf(rowOf(top, at)));
    if (!filter.mmr && filter.rules.limits.length + filter.rules.quotas.length === 0) return pools;
    const lists: RankedPool[] = [];
    for (const [at, pool] of pools.entries()) {
      const fetch = async (wanted: number): Promise<RankedPool> => {
        if (wanted <= size) return headOf(pool, wanted);
        return poolOf(await ranking.recommend(rows.subarray(at, at + 1), wanted, oneRow(seen[at])));
      };
      lists.push(await listFromPools(filter, { k, passing: passingItems(filter, seen[at]), fetch }));
    }
    return lists;
  }
}

const NOTHING: RankedPool = { items: new Int32Array(0), scores: new Float32Array(0) };

function raggedOf(lists: readonly Int32Array[]): Ragged {
  const offsets = new Int32Array(lists.length + 1);
  for (const [row, { length }] of lists.entries()) offsets[row + 1] = offsets[row] + length;
  return { offsets, values: concatInt32([...lists]) };
}

function rowOf({ k, ids, scores }: TopK, row: number): TopK {
  return { k, ids: ids.subarray(row * k, (row + 1) * k), scores: scores.subarray(row * k, (row + 1) * k) };
}

const headOf = ({ items, scores }: RankedPool, length: number): RankedPool => ({
  items: items.subarray(0, length),
  scores: scores.subarray(0, length),
});
