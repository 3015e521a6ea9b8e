/**
 * Strong generalisation (Marlin 2004; RecPack): users whom training never saw, of whom a part of what they had is the input. Models
 * that make users of their items can do it; for the others it is user cold start.
 */
import { keptPairs, type Task } from './task.js';

export const strong: Task = {
  definition: 'all items compete; held-out pairs of unseen users, who are made of a part of what they had, count',
  ask: ({ relevant, foldIn }) => {
    const kept = foldIn && keptPairs(relevant, (user) => foldIn.offsets[user + 1] > foldIn.offsets[user]);
    return kept && { relevant: kept };
  },
};
