/** What the data are like: how degrees and times are distributed, and whether held-out pairs are as late as they should be. */
import type { Ragged } from '../../core/ragged.js';
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { StoredGraph } from '../../graph/stored-graph.js';

/**
 * Share of nodes with at least so many interactions, at degrees 1, 2, 3, … and then each a tenth larger: straight on log axes for a
 * power law.
 * @returns (degree, share), shares above 0
 */
export function degreeTail(degrees: Int32Array): (readonly [number, number])[] {
  const sorted = degrees.slice().sort();
  const most = sorted.at(-1) ?? 0;
  const points: (readonly [number, number])[] = [];
  let below = 0;
  for (let degree = 1; degree <= most; degree = Math.max(degree + 1, Math.floor(degree * 1.1))) {
    while (below < sorted.length && sorted[below] < degree) below++;
    points.push([degree, (sorted.length - below) / sorted.length]);
  }
  return points;
}

interface TimeHistogram {
  readonly name: string;
  /** (begin of a stretch in seconds since 1970, interactions) from the first one to the last one with any, then its end with 0. */
  readonly points: readonly (readonly [number, number])[];
}

const NUM_STRETCHES = 40;

/** Interactions by time and part over forty equal stretches. Empty without times. */
export function timeHistograms({ train, validColumns, testColumns }: StoredGraph): TimeHistogram[] {
  const parts = [
    ['train', train.timestamp],
    ['validation', validColumns?.timestamp],
    ['test', testColumns?.timestamp],
  ] as const;
  const timed = parts.flatMap(([name, times]) => (times && times.length > 0 ? [{ name, times }] : []));
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { times } of timed) {
    for (const time of times) {
      low = Math.min(low, time);
      high = Math.max(high, time);
    }
  }
  if (!(low < high)) return [];
  const width = (high - low) / NUM_STRETCHES;
  return timed.map(({ name, times }) => {
    const counts = new Array<number>(NUM_STRETCHES).fill(0);
    for (const time of times) counts[Math.min(NUM_STRETCHES - 1, Math.floor((time - low) / width))]++;
    const first = counts.findIndex((count) => count > 0);
    const last = counts.findLastIndex((count) => count > 0);
    const points = counts.slice(first, last + 1).map((count, i) => [low + (first + i) * width, count] as const);
    return { name, points: [...points, [low + (last + 1) * width, 0] as const] };
  });
}

interface LeakFigures {
  /** Held-out pairs that are training edges; never other than 0, since a graph is refused then. */
  readonly inTrain: number;
  /** Validation pairs that are test pairs too. */
  readonly inBoth: number;
  /** Share of test pairs that are earlier than the newest training interaction of their user; undefined without times. */
  readonly beforeOwnTrain?: number;
  /** Share of test pairs that are earlier than the newest training interaction of anybody. */
  readonly beforeAnyTrain?: number;
}

export function leakFigures({ train, valid, test, testColumns }: StoredGraph): LeakFigures {
  const edges: Ragged = { offsets: train.userOffsets, values: train.userNeighbors };
  const counts = { inTrain: numShared(edges, valid) + numShared(edges, test), inBoth: numShared(valid, test) };
  const times = testColumns?.timestamp;
  if (!train.timestamp || !times || times.length === 0) return counts;
  const newest = train.timestamp.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  const own = newestOfUsers(train);
  let [beforeOwn, beforeAny] = [0, 0];
  for (let user = 0; user + 1 < test.offsets.length; user++) {
    for (let pair = test.offsets[user]; pair < test.offsets[user + 1]; pair++) {
      if (times[pair] < own[user]) beforeOwn++;
      if (times[pair] < newest) beforeAny++;
    }
  }
  return { ...counts, beforeOwnTrain: beforeOwn / times.length, beforeAnyTrain: beforeAny / times.length };
}

/** Pairs of both, which have as many rows. */
function numShared(a: Ragged, b: Ragged): number {
  let count = 0;
  for (let row = 0; row + 1 < a.offsets.length; row++) {
    const own = new Set(a.values.subarray(a.offsets[row], a.offsets[row + 1]));
    for (const value of b.values.subarray(b.offsets[row], b.offsets[row + 1])) if (own.has(value)) count++;
  }
  return count;
}

/** -Infinity for users without one, `[numUsers]`. */
function newestOfUsers({ numUsers, userOffsets, timestamp }: BipartiteCsr): Float64Array {
  return Float64Array.from({ length: numUsers }, (_, user) =>
    timestamp!
      .subarray(userOffsets[user], userOffsets[user + 1])
      .reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY),
  );
}
