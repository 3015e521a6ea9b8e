/** User cold start: people whom training never saw, ranked by what is known of them beside interactions, or by popularity. */
import { keptPairs, type Task } from './task.js';

export const userCold: Task = {
  definition: 'all items compete; held-out pairs of users of whom no interaction is known count',
  ask: ({ relevant, userDegrees, foldIn }) => {
    const isMade = (user: number) => foldIn !== undefined && foldIn.offsets[user + 1] > foldIn.offsets[user];
    const kept = keptPairs(relevant, (user) => userDegrees[user] === 0 && !isMade(user));
    return kept && { relevant: kept };
  },
};
