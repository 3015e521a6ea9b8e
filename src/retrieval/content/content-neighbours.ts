/**
 * Vectors for items that training never saw, from those of their content neighbours: ColdRec's KNN (Huang et al. 2024, ColdRec
 * benchmark, model "KNN"): a cold item's vector is the mean of the collaborative vectors of the `numNeighbors` warm items whose
 * content is nearest by cosine. Warm items and users keep theirs. As embeddings, the result is served and exported like any other.
 */
import { assertLength, ConfigError } from '../../core/errors.js';
import { TopKSelector } from '../../core/select-top-k.js';
import type { Embeddings } from '../recommender.js';
import { ContentIndex, type ContentRows } from './content-rows.js';

export const CONTENT_NEIGHBOURS_DEFAULTS = Object.freeze({
  /** Neighbours a cold item. Too few: the accident of one neighbour; too many: the mean of everything. ColdRec takes 5. */
  numNeighbors: 5,
});

export interface NeighbourVectors {
  readonly embeddings: Embeddings;
  /** Cold items that share nothing with any warm one: their vectors are zero. */
  readonly numAlone: number;
}

/**
 * @param embeddings of a trained model
 * @param isWarm 1 where an item has a training interaction and so a vector to be trusted, `[numItems]`
 * @throws ConfigError `CONTENT_NO_WARM` where no item is warm
 */
export function contentNeighbourEmbeddings(
  embeddings: Embeddings,
  content: ContentRows,
  isWarm: Uint8Array,
  numNeighbors: number = CONTENT_NEIGHBOURS_DEFAULTS.numNeighbors,
): NeighbourVectors {
  const { embeddingDim, normalized } = embeddings;
  const numItems = embeddings.items.length / embeddingDim;
  const index = new ContentIndex(content);
  assertLength('content rows', index.numItems, numItems);
  assertLength('isWarm', isWarm.length, numItems);
  const warm = Int32Array.from(isWarm.keys()).filter((item) => isWarm[item] === 1);
  if (warm.length === 0) throw new ConfigError('CONTENT_NO_WARM', 'no item has a training interaction to learn from');
  const scores = new Float32Array(warm.length);
  const items = embeddings.items.slice();
  let numAlone = 0;
  for (let item = 0; item < numItems; item++) {
    if (isWarm[item]) continue;
    const all = index.scoresOf(Int32Array.of(item));
    for (const [at, other] of warm.entries()) scores[at] = all[other];
    const selector = new TopKSelector(1, numNeighbors, warm.length);
    selector.offer(0, scores, 0, warm.length, 0);
    const nearest = selector.finish().ids.filter((at) => at >= 0);
    if (nearest.length === 0) numAlone++;
    const vector = meanRow(
      embeddings.items,
      embeddingDim,
      Array.from(nearest, (at) => warm[at]),
    );
    items.set(normalized ? unit(vector) : vector, item * embeddingDim);
  }
  return { embeddings: { ...embeddings, items }, numAlone };
}

/** Mean of some rows of a `[numRows, width]` table, zeros of none, `[width]`. */
function meanRow(table: Float32Array, width: number, rows: readonly number[]): Float64Array {
  const mean = new Float64Array(width);
  for (const row of rows) for (let d = 0; d < width; d++) mean[d] += table[row * width + d] / rows.length;
  return mean;
}

/** At length 1; zeros stay. */
function unit(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
