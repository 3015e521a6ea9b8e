/**
 * Plain positions of given items in full rankings, without ranking: the scores of the wanted items in a first pass over
 * the tiles, in a second one the items that come before them are counted.
 */
import type { Ragged } from '../../core/ragged.js';
import type { ItemSearch } from '../kernels.js';
import { type ScoreTile, visitScores } from './score-tiles.js';

export async function rankCount(
  { queries, items, exclude, tiles }: ItemSearch,
  wanted: Ragged,
): Promise<{ positions: Int32Array; numRanked: Int32Array }> {
  const numRanked = new Int32Array(queries.length / items.embeddingDim);
  const positions = new Int32Array(wanted.values.length);
  const wantedScores = new Float32Array(wanted.values.length);
  await visitScores(queries, items, tiles, ({ firstQuery, lastQuery, firstItem, itemsInBlock, scores }) => {
    for (let query = firstQuery; query < lastQuery; query++) {
      const toSlot = (query - firstQuery) * itemsInBlock - firstItem;
      for (let w = wanted.offsets[query]; w < wanted.offsets[query + 1]; w++) {
        const item = wanted.values[w];
        if (item >= firstItem && item < firstItem + itemsInBlock) wantedScores[w] = scores[item + toSlot];
      }
    }
  });
  /** First of the query's excluded items that is not behind the tiles seen, `[numQueries]`. */
  const nextExcluded = exclude?.offsets.slice();
  const countRow = ({ firstQuery, firstItem, itemsInBlock, scores }: ScoreTile, query: number): void => {
    const toSlot = (query - firstQuery) * itemsInBlock - firstItem;
    for (let item = firstItem; item < firstItem + itemsInBlock; item++) {
      if (exclude && nextExcluded) {
        const at = nextExcluded[query];
        if (at < exclude.offsets[query + 1] && exclude.values[at] === item) {
          nextExcluded[query]++;
          continue;
        }
      }
      const score = scores[item + toSlot];
      if (!(score > Number.NEGATIVE_INFINITY)) continue;
      numRanked[query]++;
      for (let w = wanted.offsets[query]; w < wanted.offsets[query + 1]; w++) {
        // equal scores: the lower index first; the item itself is position 1
        if (score > wantedScores[w] || (score === wantedScores[w] && item <= wanted.values[w])) positions[w]++;
      }
    }
  };
  await visitScores(queries, items, tiles, (tile) => {
    for (let query = tile.firstQuery; query < tile.lastQuery; query++) countRow(tile, query);
  });
  for (let w = 0; w < positions.length; w++) if (!(wantedScores[w] > Number.NEGATIVE_INFINITY)) positions[w] = 0;
  return { positions, numRanked };
}
