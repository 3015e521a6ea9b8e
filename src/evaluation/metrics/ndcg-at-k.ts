/**
 * Normalised discounted cumulative gain with binary gains (Järvelin & Kekäläinen 2002): Σ 1/log2(position + 1) over the
 * hits among the first K, divided by what a list with all min(relevant, K) hits in front would have.
 */
export function ndcgAtK(hits: Uint8Array, k: number, numRelevant: number, start = 0): number {
  const { discounts, ideals } = tablesUpTo(k);
  let gain = 0;
  for (let at = 0; at < k; at++) if (hits[start + at]) gain += discounts[at];
  return gain / ideals[Math.min(numRelevant, k)];
}

interface Tables {
  /** 1 / log2(position + 1) by position from 0. */
  readonly discounts: Float64Array;
  /** Sum of the first n discounts. */
  readonly ideals: Float64Array;
}

let tables: Tables = { discounts: new Float64Array(0), ideals: new Float64Array(1) };

/** Logarithms cost more than the rest of the metric, so they are taken once a position. */
function tablesUpTo(k: number): Tables {
  if (tables.discounts.length >= k) return tables;
  const discounts = Float64Array.from({ length: k }, (_, at) => 1 / Math.log2(at + 2));
  const ideals = new Float64Array(k + 1);
  for (let at = 0; at < k; at++) ideals[at + 1] = ideals[at] + discounts[at];
  tables = { discounts, ideals };
  return tables;
}
