/** A study as one table: a row a variant, the three tasks side by side, and the tests of ndcg@20 against the base. */
import { difference, row, short, withSpread } from './table.mjs';

const SHOWN = ['cold', 'warm', 'overall'];

/**
 * @param tasks as of `tablesOf`
 * @param {string} base name of the variant that the tests are against
 */
export function studyMarkdown(tasks, base) {
  const shown = SHOWN.filter((task) => tasks[task]);
  const counts = shown.map((task) => `${task}: ${tasks[task].candidates} candidates, ${tasks[task].users} users`);
  const head = ['variant', 'cold, validation', ...shown.flatMap((task) => [`${task}, R/N@20`, `Δ N@20 from ${base}`])];
  const lines = tasks.cold.rows.map(({ model, valid }, at) => [
    model,
    short(valid['ndcg@20']),
    ...shown.flatMap((task) => {
      const { metrics, spread, tests } = tasks[task].rows[at];
      const figure = (key) => withSpread(metrics[key], spread?.[key]);
      return [`${figure('recall@20')} / ${figure('ndcg@20')}`, tests['ndcg@20'] ? difference(tests['ndcg@20']) : ''];
    }),
  ]);
  return [`${counts.join('; ')}`, '', row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
