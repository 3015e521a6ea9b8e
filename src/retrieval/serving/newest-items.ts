/** The items that came last: by their first training interaction. A repeated interaction counts at its latest time, as its edge does. */
import { ConfigError } from '../../core/errors.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';

export interface NewestItems {
  /** Latest first, equal ones by ascending index; only those that somebody had, `[numListed]`. */
  readonly items: Int32Array;
  /** Seconds since 1970 of each one's first training interaction, `[numListed]`. */
  readonly seconds: Float64Array;
  /** Seconds since 1970 of the latest training interaction. */
  readonly latest: number;
}

/** @throws ConfigError `NO_POPULARITY` where the log has no times */
export function newestItems({ timestamp, userNeighbors, numItems }: BipartiteCsr): NewestItems {
  if (!timestamp || timestamp.length === 0) {
    const message = 'the training log has no times, so nothing tells which items are new: ask for popular ones';
    throw new ConfigError('NO_POPULARITY', message);
  }
  const first = new Float64Array(numItems).fill(Number.POSITIVE_INFINITY);
  let latest = Number.NEGATIVE_INFINITY;
  for (const [edge, item] of userNeighbors.entries()) {
    first[item] = Math.min(first[item], timestamp[edge]);
    latest = Math.max(latest, timestamp[edge]);
  }
  const had = Int32Array.from(first.keys()).filter((item) => first[item] < Number.POSITIVE_INFINITY);
  const items = had.sort((a, b) => first[b] - first[a] || a - b);
  return { items, seconds: Float64Array.from(items, (item) => first[item]), latest };
}
