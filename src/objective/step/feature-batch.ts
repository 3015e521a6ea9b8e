/** The entities whose features a step contrasts: drawn uniformly over the catalogue, apart from the batch. */
import type { Rng } from '../../core/rng.js';

/**
 * @param most entities wanted
 * @returns distinct, ascending, `[min(most, numEntities)]`
 */
export function featureBatch(numEntities: number, most: number, rng: Rng): Int32Array {
  if (most >= numEntities) return Int32Array.from({ length: numEntities }, (_, entity) => entity);
  // Floyd's sampling (Bentley & Floyd 1987): no permutation of the whole catalogue
  const drawn = new Set<number>();
  for (let last = numEntities - most; last < numEntities; last++) {
    const entity = rng.integer(last + 1);
    drawn.add(drawn.has(entity) ? last : entity);
  }
  return Int32Array.from(drawn).sort();
}
