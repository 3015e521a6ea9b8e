/** The tasks of an evaluation side by side: what competed, how many were asked, and the main figures. */
import { type Cell, table } from './table.js';

interface TaskRow {
  readonly task: string;
  readonly candidates: number;
  readonly users: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Nothing where overall is all there is. @param topK lengths of the lists; 20 is shown where it is among them, else the longest */
export function taskTable(tasks: readonly TaskRow[], topK: readonly number[]): string[] {
  if (tasks.length < 2) return [];
  const k = topK.includes(20) ? 20 : Math.max(...topK);
  const keys = ['recall', 'ndcg', 'precision'].map((name) => `${name}@${k}`);
  const rows = tasks.map(({ task, candidates, users, metrics }): Cell[] => [
    task,
    candidates,
    users,
    ...keys.map((key) => (typeof metrics[key] === 'number' ? metrics[key].toFixed(4) : '–')),
  ]);
  return ['', table(['task', 'candidates', 'users', ...keys], rows)];
}
