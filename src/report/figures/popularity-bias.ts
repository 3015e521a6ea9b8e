/** Whether lists are more popular than what people take. */
import type { BipartiteCsr } from '../../graph/bipartite-csr.js';
import type { TopLists } from './top-lists.js';

/** Items in an order of popularity, cut so that every group has about the same share of the training interactions. */
interface PopularityGroups {
  /** Group of each item, the most popular first; -1 without a training interaction, `[numItems]`. */
  readonly groupOf: Int32Array;
  readonly numGroups: number;
  /** `[numGroups]`. */
  readonly numItems: readonly number[];
}

export const NUM_GROUPS = 10;

/** An item belongs where its first interaction falls, so the most popular of them may leave a group empty. */
export function popularityGroups(itemDegrees: Int32Array, numGroups = NUM_GROUPS): PopularityGroups {
  const order = Int32Array.from(itemDegrees.keys()).sort((a, b) => itemDegrees[b] - itemDegrees[a] || a - b);
  const total = itemDegrees.reduce((sum, degree) => sum + degree, 0);
  const groupOf = new Int32Array(itemDegrees.length).fill(-1);
  const numItems = new Array<number>(numGroups).fill(0);
  let before = 0;
  for (const item of order) {
    if (itemDegrees[item] === 0) continue;
    groupOf[item] = Math.floor((numGroups * before) / total);
    numItems[groupOf[item]]++;
    before += itemDegrees[item];
  }
  return { groupOf, numGroups, numItems };
}

/** Share of all occurrences that each group has, `[numGroups]`. @param counts occurrences, `[numItems]` */
export function groupShares(counts: Int32Array, { groupOf, numGroups }: PopularityGroups): number[] {
  const sums = new Array<number>(numGroups).fill(0);
  let total = 0;
  for (const [item, count] of counts.entries()) {
    if (groupOf[item] >= 0) sums[groupOf[item]] += count;
    total += count;
  }
  return sums.map((sum) => (total === 0 ? 0 : sum / total));
}

/**
 * Popularity lift (Abdollahpouri et al. 2019, arXiv 1907.13286): (q − p) / p, p and q the means over users of the mean popularity
 * of what they had and of what they are shown. 0: as they are; above: more popular. Users without history or list are left out.
 */
export function popularityLift(
  { users, k, ids }: TopLists,
  { userOffsets, userNeighbors }: Pick<BipartiteCsr, 'userOffsets' | 'userNeighbors'>,
  itemDegrees: Int32Array,
): number {
  let [had, shown] = [0, 0];
  for (const [list, user] of users.entries()) {
    const profile = userNeighbors.subarray(userOffsets[user], userOffsets[user + 1]);
    const items = ids.subarray(list * k, (list + 1) * k).filter((item) => item >= 0);
    if (profile.length === 0 || items.length === 0) continue;
    had += meanDegree(profile, itemDegrees);
    shown += meanDegree(items, itemDegrees);
  }
  return (shown - had) / had;
}

function meanDegree(items: Int32Array, itemDegrees: Int32Array): number {
  return items.reduce((sum, item) => sum + itemDegrees[item], 0) / items.length;
}
