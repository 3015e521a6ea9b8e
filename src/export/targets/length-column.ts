/**
 * Inner products for stores that search by cosine alone (Bachrach et al. 2014, "Speeding up the Xbox recommender system using a
 * euclidean transformation for inner-product spaces", section 3): an item x becomes (x, √(M² − |x|²)), of length M whatever x is, and a
 * query q becomes (q, 0). Then cos = q·x / (|q| M), which ranks the items of one query as the inner product does.
 */
import { DataError } from '../../core/errors.js';
import type { TargetTable } from './vector-target.js';

/** Of rounding in single precision. */
const SLACK = 1e-5;

/** Columns of the vectors as they are stored. */
export const storedDim = ({ metric, embeddingDim }: TargetTable): number =>
  metric === 'cosine' ? embeddingDim : embeddingDim + 1;

/** `[embeddingDim]` → `[storedDim]`; a delta may bring vectors that are longer than all that were loaded. */
function storedItem({ metric, longest, serial }: TargetTable, vector: Float32Array): Float32Array {
  if (metric === 'cosine') return vector;
  const length = Math.hypot(...vector);
  if (length > longest * (1 + SLACK)) {
    throw new DataError(
      'PUBLISH_LONGER',
      `a vector of length ${length.toPrecision(5)} does not fit version ${serial}, whose longest has ${longest.toPrecision(5)}: publish the whole bundle`,
    );
  }
  return Float32Array.of(...vector, Math.sqrt(Math.max(0, longest ** 2 - length ** 2)));
}

/** A user as a query, `[storedDim]`. */
export const storedUser = ({ metric }: TargetTable, vector: Float32Array): Float32Array =>
  metric === 'cosine' ? vector : Float32Array.of(...vector, 0);

/**
 * A row's vector as it is stored.
 * @throws DataError `PUBLISH_LONGER`
 */
export const storedVector = (table: TargetTable, vector: Float32Array): Float32Array =>
  table.side === 'item' ? storedItem(table, vector) : storedUser(table, vector);
