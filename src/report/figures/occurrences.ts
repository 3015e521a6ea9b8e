/**
 * How often items stand in lists: the k-occurrence N_k, of which hubness is the skewness (`evaluation/metrics/hubness.ts`). A few
 * hubs are everywhere; items with none are anti-hubs.
 */

/** Lists that each item stands in, `[numItems]`. @param ids of all lists, -1 for none */
export function occurrencesIn(ids: Int32Array, numItems: number): Int32Array {
  const counts = new Int32Array(numItems);
  for (const id of ids) if (id >= 0) counts[id]++;
  return counts;
}

interface OccurrenceBin {
  readonly from: number;
  /** Included. */
  readonly to: number;
  readonly numItems: number;
}

/** Items by how often they occur: 0, 1, 2 to 3, 4 to 7, and so on up to the largest count. */
export function occurrenceBins(counts: Int32Array): OccurrenceBin[] {
  const binOf = (count: number): number => (count === 0 ? 0 : 1 + Math.floor(Math.log2(count)));
  const most = counts.reduce((most, count) => Math.max(most, count), 0);
  const sizes = new Array<number>(binOf(most) + 1).fill(0);
  for (const count of counts) sizes[binOf(count)]++;
  return sizes.map((numItems, bin) => {
    const from = bin === 0 ? 0 : 2 ** (bin - 1);
    return { from, to: bin === 0 ? 0 : 2 * from - 1, numItems };
  });
}

/**
 * Lorenz curve: share of the items, the rarest first, against the share of all occurrences that they have. A straight line: every
 * item as often.
 * @returns (0, 0) … (1, 1), at most 101 points
 */
export function lorenzCurve(counts: Int32Array): (readonly [number, number])[] {
  const sorted = counts.slice().sort();
  const total = sorted.reduce((sum, count) => sum + count, 0);
  const points: (readonly [number, number])[] = [[0, 0]];
  const every = Math.max(1, Math.ceil(sorted.length / 100));
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) {
    sum += sorted[i];
    const isLast = i + 1 === sorted.length;
    if (isLast || (i + 1) % every === 0) points.push([(i + 1) / sorted.length, total === 0 ? 0 : sum / total]);
  }
  return points;
}
