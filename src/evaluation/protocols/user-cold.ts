/** User cold start: people whom training never saw, ranked by what is known of them beside interactions, or by popularity. */
import { keptPairs, type Task } from './task.js';

export const userCold: Task = {
  definition: 'all items compete; held-out pairs of users without a training interaction count',
  ask: ({ relevant, userDegrees }) => {
    const kept = keptPairs(relevant, (user) => userDegrees[user] === 0);
    return kept && { relevant: kept };
  },
};
