/**
 * The items that most users had in training, overall or in its last days: what is shown to somebody of whom nothing is known.
 */
import { ConfigError } from '../../core/errors.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';

const SECONDS_A_DAY = 86_400;

export interface PopularItems {
  /** Days before the latest training interaction; undefined: all of training. */
  readonly windowDays?: number;
  /** Most users first, equal ones by ascending index; only those that somebody had, `[numPopular]`. */
  readonly items: Int32Array;
  /** Users that had each, `[numPopular]`. */
  readonly counts: Int32Array;
}

/**
 * @param train an edge counts at its latest time
 * @param most items that are kept
 * @throws ConfigError `NO_POPULARITY` for a window where the log has no times
 */
export function popularItems(
  train: BipartiteCsr,
  { windowDays, most = Number.POSITIVE_INFINITY }: { readonly windowDays?: number; readonly most?: number } = {},
): PopularItems {
  const { timestamp, userNeighbors, numItems } = train;
  const after = windowDays === undefined ? undefined : latestOf(timestamp) - windowDays * SECONDS_A_DAY;
  const counts = new Int32Array(numItems);
  for (const [edge, item] of userNeighbors.entries()) {
    if (after === undefined || timestamp![edge] > after) counts[item]++;
  }
  const had = Int32Array.from(counts.keys()).filter((item) => counts[item] > 0);
  const items = had.sort((a, b) => counts[b] - counts[a] || a - b).slice(0, Math.min(most, had.length));
  return { windowDays, items, counts: items.map((item) => counts[item]) };
}

function latestOf(timestamp: Float64Array | undefined): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (const seconds of timestamp ?? []) if (seconds > latest) latest = seconds;
  if (Number.isFinite(latest)) return latest;
  throw new ConfigError(
    'NO_POPULARITY',
    'the training log has no times, so there are no last days of it: leave out the window',
  );
}
