/** What is left when cold items are taken out of the catalogue and of the truth: the guard against paying for cold items with warm ones. */
import { indicesWhere, keptPairs, type Task } from './task.js';

export const warm: Task = {
  definition: 'items with training interactions compete; held-out pairs of theirs count',
  ask: ({ relevant, itemDegrees }) => {
    const kept = keptPairs(relevant, (_user, item) => itemDegrees[item] > 0);
    return kept && { relevant: kept, candidates: indicesWhere(itemDegrees, (degree) => degree > 0) };
  },
};
