/**
 * Searches a written index and compares with the truth: every inner product of a sample of users with all items, summed in
 * double precision over the vectors that went in. Shares no code with the searches that it checks.
 *
 * When two rankings are the same: scores in single precision may differ from the true ones by rounding, at most
 * embeddingDim · 2^-24 · |user| · |item|. A ranking counts as exact when no item occurs twice, the scores are right up to
 * twice that, and at each rank the true score of the item there equals the true score of the item that belongs there, up
 * to twice that. So only items whose scores are equal within rounding may stand in another order or replace each other.
 */
import type { Embeddings } from '../retrieval/recommender.js';
import type { VectorIndex } from '../retrieval/vector-index.js';

const VERIFY_DEFAULTS = Object.freeze({
  /** Items a user. */
  topK: 20,
  /** Users asked for, spread evenly; fewer where users × items × dimension would exceed `mostProducts`. */
  users: 200,
  leastUsers: 8,
  mostProducts: 3e8,
});

export interface SearchVerification {
  /** Who searched: twinlight's own code or FAISS. */
  readonly engine: VectorIndex['engine'];
  /** Whether the answer was the exact top K for every user, by the rule above. */
  readonly exact: boolean;
  /** Share of the exact top K that was found, averaged over users. */
  readonly recallAgainstExact: number;
  /** Users whose list is not the same ids in the same order; where `exact`, only equal scores were swapped. */
  readonly reordered: number;
}

export interface IndexVerification {
  /** Users searched for. */
  readonly users: number;
  readonly topK: number;
  readonly searches: readonly SearchVerification[];
  readonly rule: string;
}

const RULE =
  'exact: at every rank the true (double-precision) score is that of the exact top K, up to 2 · dimension · 2^-24 · |user| · |item|';

/** The truth for a sample of users. */
interface ExactRanking {
  readonly topK: number;
  readonly embeddingDim: number;
  /** `[numQueries, embeddingDim]` row-major. */
  readonly queries: Float32Array;
  /** `[numItems, embeddingDim]` row-major. */
  readonly items: Float32Array;
  /** Best first, equal scores by ascending row, `[numQueries, topK]`. */
  readonly ids: Int32Array;
  /** `[numQueries, topK]`. */
  readonly scores: Float64Array;
}

/** @param numbers numItems × embeddingDim */
export function sampleSize({ numUsers, numbers }: { readonly numUsers: number; readonly numbers: number }): number {
  const { users, leastUsers, mostProducts } = VERIFY_DEFAULTS;
  return Math.min(numUsers, users, Math.max(leastUsers, Math.floor(mostProducts / Math.max(1, numbers))));
}

/** Ranks all items for a sample of users by brute force. */
export function rankExactly({
  users,
  items,
  embeddingDim,
}: Pick<Embeddings, 'users' | 'items' | 'embeddingDim'>): ExactRanking {
  const numUsers = users.length / embeddingDim;
  const numItems = items.length / embeddingDim;
  const numQueries = sampleSize({ numUsers, numbers: items.length });
  const topK = Math.min(VERIFY_DEFAULTS.topK, numItems);
  const queries = new Float32Array(numQueries * embeddingDim);
  const ids = new Int32Array(numQueries * topK);
  const scores = new Float64Array(numQueries * topK);
  for (let query = 0; query < numQueries; query++) {
    const user = Math.floor((query * numUsers) / numQueries);
    const vector = users.subarray(user * embeddingDim, (user + 1) * embeddingDim);
    queries.set(vector, query * embeddingDim);
    const first = query * topK;
    let kept = 0;
    for (let item = 0; item < numItems; item++) {
      const score = product(vector, items, item * embeddingDim);
      if (kept === topK && score <= scores[first + topK - 1]) continue;
      // insertion into the short sorted list; a later item never passes one of equal score
      let at = first + (kept < topK ? kept++ : topK - 1);
      for (; at > first && scores[at - 1] < score; at--) {
        scores[at] = scores[at - 1];
        ids[at] = ids[at - 1];
      }
      scores[at] = score;
      ids[at] = item;
    }
  }
  return { topK, embeddingDim, queries, items, ids, scores };
}

/** Searches `index` for the queries of `truth` and compares. */
export async function verifySearch(index: VectorIndex, truth: ExactRanking): Promise<SearchVerification> {
  const { topK, embeddingDim, queries, items } = truth;
  const numQueries = queries.length / embeddingDim;
  if (numQueries === 0 || topK === 0) return { engine: index.engine, exact: true, recallAgainstExact: 1, reordered: 0 };
  const found = await index.search(queries, topK);
  const longest = longestRow(items, embeddingDim);
  let hits = 0;
  let reordered = 0;
  let exact = true;
  for (let query = 0; query < numQueries; query++) {
    const vector = queries.subarray(query * embeddingDim, (query + 1) * embeddingDim);
    const tolerance = 2 * embeddingDim * 2 ** -24 * Math.hypot(...vector) * longest;
    const worstWanted = truth.scores[(query + 1) * topK - 1];
    const seen = new Set<number>();
    let isSame = true;
    for (let at = query * topK; at < (query + 1) * topK; at++) {
      const id = found.ids[at];
      isSame &&= id === truth.ids[at];
      if (id < 0 || id * embeddingDim >= items.length || seen.has(id)) {
        exact = false;
        continue;
      }
      seen.add(id);
      const score = product(vector, items, id * embeddingDim);
      if (score >= worstWanted - tolerance) hits++;
      exact &&= Math.abs(score - truth.scores[at]) <= tolerance && Math.abs(score - found.scores[at]) <= tolerance;
    }
    if (!isSame) reordered++;
  }
  return { engine: index.engine, exact, recallAgainstExact: hits / (numQueries * topK), reordered };
}

/** What goes into the manifest. */
export function verificationOf(truth: ExactRanking, searches: readonly SearchVerification[]): IndexVerification {
  return { users: truth.queries.length / truth.embeddingDim, topK: truth.topK, searches, rule: RULE };
}

function product(vector: Float32Array, items: Float32Array, start: number): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * items[start + i];
  return sum;
}

function longestRow(rows: Float32Array, width: number): number {
  let longest = 0;
  for (let start = 0; start < rows.length; start += width) {
    longest = Math.max(longest, product(rows.subarray(start, start + width), rows, start));
  }
  return Math.sqrt(longest);
}
