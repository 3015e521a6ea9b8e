/** The figures of groups of items and users: popular and rare ones, active and silent ones, new ones. */
import type { CohortReport } from '../../evaluation/index.js';
import type { DrawChart } from '../charts/load-echarts.js';
import type { RunFigures } from '../figures/run-figures.js';
import { barCard, cards } from '../page/cards.js';
import { dataTable, shown, type TableCell } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { type Html, html } from '../page/html.js';

const SIDES = [
  ['items', 'items by popularity'],
  ['users', 'users by activity'],
] as const;

/** Undefined where nothing was evaluated. */
export function cohortsSection(draw: DrawChart, all: readonly RunFigures[], k: number): Section | undefined {
  const runs = all.filter(({ evaluation }) => evaluation !== undefined);
  if (runs.length === 0) return undefined;
  const cohortsOf = (run: RunFigures, side: string): CohortReport[] =>
    run.evaluation!.cohorts.filter(({ name }) => name.startsWith(`${side}:`));
  const charts = SIDES.flatMap(([side, told]) =>
    ['recall', 'ndcg'].map((metric) => {
      const key = `${metric}@${k}`;
      const groups = cohortsOf(runs[0], side);
      const bars = runs.map((run) => ({
        name: run.name,
        values: cohortsOf(run, side).map(({ metrics }) => metrics[key] ?? Number.NaN),
      }));
      const categories = groups.map(({ name }) => name.slice(side.length + 1));
      return barCard(draw, { title: `${key}, ${told}` }, { categories, x: { name: side }, y: { name: key }, bars });
    }),
  );
  const definitions = dataTable(
    ['group', 'who is in it', 'items', 'users that count'],
    runs[0].evaluation!.cohorts.map(({ name, definition, numItems, numUsers }): TableCell[] => [
      name,
      definition,
      numItems,
      numUsers,
    ]),
  );
  return {
    id: 'cohorts',
    title: 'Cohorts',
    question: 'Who is served well: popular items and active users only, or rare ones and newcomers too?',
    body: html`${cards(charts)}${definitions}${tasks(runs, k)}`,
  };
}

/** The tasks beside overall, where cold items or users have held-out pairs. */
function tasks(runs: readonly RunFigures[], k: number): Html | undefined {
  const rows = runs.flatMap(({ name, evaluation }) =>
    (evaluation!.tasks ?? []).map(({ task, numCandidates, numUsersEvaluated, metrics }): TableCell[] => [
      name,
      task,
      shown(numCandidates),
      shown(numUsersEvaluated),
      metrics[`recall@${k}`],
      metrics[`ndcg@${k}`],
    ]),
  );
  if (rows.length === 0) return undefined;
  return html`<h3>Tasks</h3>
<p class="note">Each ranks its own candidates: cold the new items among themselves, warm all others.</p>
${dataTable(['run', 'task', 'candidates', 'users', `recall@${k}`, `ndcg@${k}`], rows)}`;
}
