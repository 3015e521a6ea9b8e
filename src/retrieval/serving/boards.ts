/**
 * Lists for nobody in particular: the items that most users had in training or in its last days, or those that came last. Also what
 * is shown where nothing is known of a user.
 */
import type { TopK } from '../../core/select-top-k.js';
import { ItemMask } from '../filters/item-mask.js';
import type { ServedModel } from './served-model.js';

const SECONDS_A_DAY = 86_400;

export interface Fallback {
  /** Most users first (default), or latest first training interaction first. */
  readonly by?: 'popular' | 'newest';
  /** Days before the latest training interaction that count; all of training by default. */
  readonly windowDays?: number;
}

/**
 * The first items of a board, without some. Scores are numbers of users, or days since 1970.
 * @returns what asks it, as a ranking is asked
 * @throws ConfigError `NO_POPULARITY` where that can't be told
 */
export function searchBoard(model: ServedModel, fallback: Fallback) {
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
function boardOf(model: ServedModel, { by = 'popular', windowDays }: Fallback) {
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
