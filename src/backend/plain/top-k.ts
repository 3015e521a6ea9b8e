/** Plain top-K: tiles of scores straight into bounded heaps; the result is the same bits for every tile and block size. */
import { type TopK, TopKSelector } from '../../core/select-top-k.js';
import type { ItemSearch } from '../kernels.js';
import { visitScores } from './score-tiles.js';

export async function topK({ queries, items, exclude, tiles }: ItemSearch, k: number): Promise<TopK> {
  const selector = new TopKSelector(queries.length / items.embeddingDim, k);
  await visitScores(queries, items, tiles, ({ firstQuery, lastQuery, firstItem, itemsInBlock, scores }) => {
    for (let query = firstQuery; query < lastQuery; query++) {
      const start = (query - firstQuery) * itemsInBlock;
      const excluded = exclude?.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]);
      selector.offer(query, scores, start, start + itemsInBlock, firstItem, excluded);
    }
  });
  return selector.finish();
}
