/** Search in a vector index, with what a query must not get left out. */
import { assertLength } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { slotsFor } from '../core/select-top-k.js';
import type { TopK } from './recommender.js';
import type { VectorIndex } from './vector-index.js';

/** Items beyond the wanted ones that are asked for at first, where more are excluded. */
const FIRST_EXTRA = 100;
/** Times the question grows where too few came back. */
const GROWTH = 4;

/**
 * An index knows no exclusions, so it is asked for more, until every query has k or it was asked for as many more as any query
 * excludes. An approximate one may still come back with fewer than k.
 *
 * @param queries `[numQueries, embeddingDim]` row-major
 * @param wanted items a query, 1 ≤ wanted; rows of the result are min(wanted, index.size) wide
 * @param exclude ids that must not come back, `[numQueries]` rows
 */
export async function searchExcluding(
  index: VectorIndex,
  queries: Float32Array,
  wanted: number,
  exclude: Ragged,
): Promise<TopK> {
  const k = slotsFor(wanted, index.size);
  const numQueries = queries.length / index.embeddingDim;
  assertLength('exclude (rows)', exclude.offsets.length - 1, numQueries);
  let most = 0;
  for (let query = 0; query < numQueries; query++) {
    most = Math.max(most, exclude.offsets[query + 1] - exclude.offsets[query]);
  }
  let extra = Math.min(most, FIRST_EXTRA);
  for (;;) {
    const top = withoutExcluded(await index.search(queries, wanted + extra), k, exclude);
    if (extra === most || !top.ids.includes(-1)) return top;
    extra = Math.min(most, GROWTH * (wanted + extra));
  }
}

/** The first k of each row that are not excluded. */
function withoutExcluded(wide: TopK, k: number, exclude: Ragged): TopK {
  const numQueries = exclude.offsets.length - 1;
  const ids = new Int32Array(numQueries * k).fill(-1);
  const scores = new Float32Array(numQueries * k).fill(Number.NEGATIVE_INFINITY);
  for (let query = 0; query < numQueries; query++) {
    const excluded = new Set(exclude.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]));
    let rank = 0;
    for (let at = query * wide.k; at < (query + 1) * wide.k && rank < k && wide.ids[at] !== -1; at++) {
      if (excluded.has(wide.ids[at])) continue;
      ids[query * k + rank] = wide.ids[at];
      scores[query * k + rank] = wide.scores[at];
      rank++;
    }
  }
  return { k, ids, scores };
}
