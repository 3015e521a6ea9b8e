/** The items of an answer in the words of the outside; a run and a bundle answer alike. */
import type { TopK } from './recommender.js';

export interface RankedItem {
  /** External id. */
  readonly id: string;
  /** Inner product, cosine, or whatever the model ranks by; higher is better. */
  readonly score: number;
  /** Title or name where the item features have one, else the id. Searches of a bundle by vectors know ids alone. */
  readonly label: string;
}

/**
 * The filled places of a one-query answer, in their order.
 * @param nameOf what an item index stands for
 */
export function rankedItems(
  { ids, scores }: TopK,
  nameOf: (item: number) => Pick<RankedItem, 'id' | 'label'>,
): RankedItem[] {
  const items: RankedItem[] = [];
  for (const [rank, item] of ids.entries()) {
    if (item < 0) continue;
    const { id, label } = nameOf(item);
    items.push({ id, score: scores[rank], label });
  }
  return items;
}
