/** Everything at once: what serving one list of warm and cold items would give. */
import type { Task } from './task.js';

export const overall: Task = {
  definition: 'all items compete; all held-out pairs count',
  ask: ({ relevant }) => (relevant.values.length > 0 ? { relevant } : undefined),
};
