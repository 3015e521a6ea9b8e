/**
 * For every entity its nearest warm ones by the cosine of their content, as a matrix that takes the mean: entry (i, j) is
 * cos(i, j)^power / Σ cos^power over the `numNeighbors` warm entities j ≠ i of largest cosine. A row is empty where nothing is shared.
 */
import { TopKSelector } from '../../core/select-top-k.js';
import { ContentIndex, type ContentRows } from './content-rows.js';

/** A matrix entity × entity in compressed rows, columns ascending. */
type NearestContent = Pick<ContentRows, 'offsets' | 'columns' | 'values'>;

/** Whose rows make up for one that is absent, and in what shares. */
export interface Borrowing {
  readonly numNeighbors: number;
  /** Of the cosines. 0: neighbours count alike; large: the nearest alone. */
  readonly power: number;
}

/** @param isWarm non-zero where an entity may be a neighbour, `[numEntities]` */
export function nearestContent(content: ContentRows, isWarm: ArrayLike<number>, borrowing: Borrowing): NearestContent {
  const index = new ContentIndex(content);
  const count = index.numItems;
  const offsets = new Int32Array(count + 1);
  const columns: number[] = [];
  const values: number[] = [];
  const one = new Int32Array(1);
  for (let entity = 0; entity < count; entity++) {
    one[0] = entity;
    const scores = index.scoresOf(one);
    scores[entity] = Number.NEGATIVE_INFINITY;
    for (let other = 0; other < count; other++) if (!isWarm[other]) scores[other] = Number.NEGATIVE_INFINITY;
    for (const { id, share } of nearestShares(scores, borrowing)) {
      columns.push(id);
      values.push(share);
    }
    offsets[entity + 1] = columns.length;
  }
  return { offsets, columns: Int32Array.from(columns), values: Float32Array.from(values) };
}

/**
 * The entities of largest cosine, ascending, and the shares that they have in their sum; those that share nothing are left out.
 * @param cosines `[numEntities]`
 */
export function nearestShares(
  cosines: Float32Array,
  { numNeighbors, power }: Borrowing,
): { id: number; share: number }[] {
  const selector = new TopKSelector(1, numNeighbors, cosines.length);
  selector.offer(0, cosines, 0, cosines.length, 0);
  const top = selector.finish();
  const near = Array.from(top.ids, (id, rank) => ({ id, cosine: top.scores[rank] }));
  const kept = near.filter(({ id, cosine }) => id >= 0 && cosine > 0).sort((a, b) => a.id - b.id);
  // of the nearest one's cosine, so that no power makes all of them 0
  const nearest = kept.reduce((most, { cosine }) => Math.max(most, cosine), 0);
  const weights = kept.map(({ cosine }) => (cosine / nearest) ** power);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return kept.map(({ id }, at) => ({ id, share: weights[at] / total }));
}
