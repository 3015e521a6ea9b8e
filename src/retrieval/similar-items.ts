/** Item to items: the nearest by cosine of their vectors, the item itself left out. */
import { TwinlightError } from '../core/errors.js';
import { raggedFromPairs } from '../core/ragged.js';
import { checkEmbeddings } from './embedding-check.js';
import { gatherRows } from './embedding-recommender.js';
import { ExactTopK } from './exact-top-k.js';
import type { Embeddings, TopK } from './recommender.js';

/**
 * @param itemIndices `[numQueries]`
 * @param k items a query, 1 ≤ k; rows of the result are min(k, numItems) wide
 * @returns cosines as scores. An item whose vector is all zeros has no direction: its row is -1, and as a candidate
 * its cosine counts as 0.
 * @throws TwinlightError `RETRIEVAL_UNKNOWN_ITEM`, and what `checkEmbeddings` throws
 */
export async function similarItems(embeddings: Embeddings, itemIndices: Int32Array, k: number): Promise<TopK> {
  const { numItems } = checkEmbeddings(embeddings);
  for (const item of itemIndices) {
    if (item >= 0 && item < numItems) continue;
    throw new TwinlightError('RETRIEVAL_UNKNOWN_ITEM', `item index ${item} is outside 0 … ${numItems - 1}`);
  }
  const { embeddingDim } = embeddings;
  const items = unitRows(embeddings.items, embeddingDim);
  const queries = gatherRows(items, embeddingDim, itemIndices);
  const itself = raggedFromPairs(
    Int32Array.from(itemIndices, (_, query) => query),
    itemIndices,
    itemIndices.length,
  );
  const top = await new ExactTopK(items, embeddingDim).search(queries, k, itself);
  for (let query = 0; query < itemIndices.length; query++) {
    if (queries.subarray(query * embeddingDim, (query + 1) * embeddingDim).some((value) => value !== 0)) continue;
    top.ids.fill(-1, query * top.k, (query + 1) * top.k);
    top.scores.fill(Number.NEGATIVE_INFINITY, query * top.k, (query + 1) * top.k);
  }
  return top;
}

/** Rows scaled to length 1 (summed in double precision), all-zero rows left, `[numRows, width]`. */
export function unitRows(table: Float32Array, width: number): Float32Array {
  const result = new Float32Array(table.length);
  for (let start = 0; start < table.length; start += width) {
    let squares = 0;
    for (let at = start; at < start + width; at++) squares += table[at] * table[at];
    if (squares === 0) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let at = start; at < start + width; at++) result[at] = table[at] * scale;
  }
  return result;
}
