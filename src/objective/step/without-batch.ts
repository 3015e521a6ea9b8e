/**
 * The adjacency of a step without the edges that are its positives: what is to be predicted is not heard. A user of rows
 * `history` would else be made of the very item it is asked for, which no new user ever is (the target is left out as in FISM,
 * Kabbur et al. 2013, KDD, eq. 5). The other edges keep their numbers: degrees are those of the whole graph.
 */
import type { Adjacency } from '../../graph/adjacency.js';
import type { PositiveBatch } from '../../negatives/index.js';

/** @param adjacency over users, then items, columns ascending; pairs of the batch that are no edge of it are passed over */
export function withoutBatch(
  adjacency: Adjacency,
  { userIndex, itemIndex }: Pick<PositiveBatch, 'userIndex' | 'itemIndex'>,
  numUsers: number,
): Adjacency {
  const values = adjacency.values.slice();
  for (let i = 0; i < userIndex.length; i++) {
    const [user, item] = [userIndex[i], numUsers + itemIndex[i]];
    for (const entry of [entryOf(adjacency, user, item), entryOf(adjacency, item, user)]) {
      if (entry >= 0) values[entry] = 0;
    }
  }
  return { ...adjacency, values };
}

/** Entry of a column in a row, by halves; −1 where there is none. */
function entryOf({ offsets, columns }: Adjacency, row: number, column: number): number {
  let low = offsets[row];
  let high = offsets[row + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle] < column) low = middle + 1;
    else high = middle;
  }
  return low < offsets[row + 1] && columns[low] === column ? low : -1;
}
