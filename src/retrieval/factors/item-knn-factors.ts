/**
 * Item-kNN as vectors: of all matrices of `rank` columns and rows the one nearest to its table of neighbours W (Eckart & Young 1936),
 *
 *   W ≈ U S Vᵀ,   A = U √S,   B = V √S,
 *
 * by its largest singular values. What is lost is what is left out of W: unlike a table of neighbours, the factors score every item.
 */
import { DataError } from '../../core/errors.js';
import type { Rng } from '../../core/rng.js';
import { truncatedSvd } from '../../graph/spectrum/truncated-svd.js';
import type { ItemKnn } from '../item-knn.js';
import type { ItemFactors } from './item-factors.js';

/**
 * @returns at most `rank` columns: as many as W has singular values that are not zero
 * @throws DataError `ITEM_KNN_EMPTY` where no two items have a user in common
 */
export function itemKnnFactors(knn: ItemKnn, rank: number, rng: Rng): ItemFactors {
  const { numItems } = knn;
  const { values, left, right } = truncatedSvd(knn.votes(), { numUsers: numItems, numItems }, rank, rng);
  if (values.length === 0) {
    throw new DataError(
      'ITEM_KNN_EMPTY',
      'no two items have a user in common, so item-knn has nothing to make vectors of; use preset popularity',
    );
  }
  const rooted = (vectors: Float64Array): Float32Array =>
    Float32Array.from(vectors, (value, at) => value * Math.sqrt(values[at % values.length]));
  return { embeddingDim: values.length, said: rooted(left), items: rooted(right) };
}
