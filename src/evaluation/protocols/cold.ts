/**
 * Strict item cold start, as GAR (Chen et al. 2022), ALDI (Huang et al. 2023) and ColdRec measure it: cold items compete with
 * one another. Says how well new items are told apart, not whether they are shown at all: that is `overall`.
 */
import { indicesWhere, keptPairs, type Task } from './task.js';

export const cold: Task = {
  definition: 'items without a training interaction compete; held-out pairs of theirs count',
  ask: ({ relevant, itemDegrees }) => {
    const kept = keptPairs(relevant, (_user, item) => itemDegrees[item] === 0);
    return kept && { relevant: kept, candidates: indicesWhere(itemDegrees, (degree) => degree === 0) };
  },
};
