/**
 * Lists for nobody in particular: the items that most users had in training or in its last days, or those that came last. Also what
 * is shown where nothing is known of a user.
 */
import type { TopK } from '../../core/select-top-k.js';
import { type FilterReport, filteredList } from '../filters/filtered-list.js';
import { type CompiledFilter, compileItemFilter, type ItemFilter } from '../filters/item-filter.js';
import { ItemMask } from '../filters/item-mask.js';
import { neededValues } from '../filters/item-values.js';
import { type RankedItem, rankedItems } from '../ranked-item.js';
import type { BoardSource } from './board-source.js';

const SECONDS_A_DAY = 86_400;

export interface Fallback {
  /** Most users first (default), or latest first training interaction first. */
  readonly by?: 'popular' | 'newest';
  /** Days before the latest training interaction that count; all of training by default. */
  readonly windowDays?: number;
}

export interface BoardOptions extends Fallback {
  /** Items a board. Default 20. */
  readonly k?: number;
  /** A board for every value of this column. */
  readonly per?: string;
  readonly filter?: ItemFilter;
}

export interface Board {
  /** Value of the column that boards are made by; absent for the one board of all. */
  readonly value?: string;
  /** Scores are numbers of users, or days since 1970. */
  readonly items: RankedItem[];
  readonly filtered: FilterReport;
}

/**
 * One board, or one for each value of a column that has an item to show, the one with the best first item first.
 * @throws ConfigError `NO_POPULARITY`, `FILTER_COLUMN`, and what `compileFilter` throws
 */
export async function boards(
  source: BoardSource,
  { k = 20, per, filter: given = {}, ...fallback }: BoardOptions = {},
): Promise<Board[]> {
  const filter = compileItemFilter(source, given);
  const search = searchBoard(source, fallback);
  const boardOfFilter = async (own: CompiledFilter): Promise<Board> => {
    const { items, scores, report } = await filteredList(own, { k, seen: new Int32Array(0), search });
    return { items: rankedItems({ k: items.length, ids: items, scores }, source.nameOf), filtered: report };
  };
  if (per === undefined) return [await boardOfFilter(filter)];
  const found: Board[] = [];
  for (const { value, mask } of masksByValue(source, per)) {
    const own = filter.mask.and(mask);
    const where = filter.leftOut.where + filter.mask.count() - own.count();
    const board = await boardOfFilter({ ...filter, mask: own, leftOut: { ...filter.leftOut, where } });
    if (board.items.length > 0) found.push({ value, ...board });
  }
  return found.sort((a, b) => b.items[0].score - a.items[0].score);
}

function masksByValue({ items, catalogue }: BoardSource, per: string) {
  const { values, of } = neededValues(per, catalogue(), 'per');
  const members = values.map((): number[] => []);
  for (let item = 0; item < items.size; item++) for (const value of of(item)) members[value].push(item);
  return values.map((value, number) => ({ value, mask: ItemMask.of(items.size, members[number]) }));
}

/**
 * The first items of a board, without some. Scores are numbers of users, or days since 1970.
 * @returns what asks it, as a ranking is asked
 * @throws ConfigError `NO_POPULARITY` where that can't be told
 */
export function searchBoard(model: BoardSource, fallback: Fallback) {
  const { items, scores } = boardOf(model, fallback);
  return async (k: number, exclude: Int32Array): Promise<TopK> => {
    const left = ItemMask.of(model.items.size, exclude);
    const ranks: number[] = [];
    for (let rank = 0; rank < items.length && ranks.length < k; rank++) if (!left.has(items[rank])) ranks.push(rank);
    return {
      k: ranks.length,
      ids: Int32Array.from(ranks, (rank) => items[rank]),
      scores: Float32Array.from(ranks, (rank) => scores[rank]),
    };
  };
}

/** Best first. */
function boardOf(model: BoardSource, { by = 'popular', windowDays }: Fallback) {
  if (by === 'popular') {
    const { items, counts } = model.popular(windowDays);
    return { items, scores: Float64Array.from(counts) };
  }
  const { items, seconds, latest } = model.newest();
  const oldest = windowDays === undefined ? Number.NEGATIVE_INFINITY : latest - windowDays * SECONDS_A_DAY;
  const end = seconds.findIndex((one) => one <= oldest);
  const days = seconds.map((one) => one / SECONDS_A_DAY);
  return end < 0 ? { items, scores: days } : { items: items.subarray(0, end), scores: days.subarray(0, end) };
}
