/** What was run, and what came of it. */
import type { RunFigures } from '../figures/run-figures.js';
import { dataTable, shown, type TableCell } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { type Html, html } from '../page/html.js';

/** In the order in which they are told. */
const MAIN = ['recall', 'ndcg', 'hitRate', 'mrr', 'coverage', 'gini', 'hubness', 'novelty', 'averagePopularity'];

export function overviewSection(runs: readonly RunFigures[], k: number): Section {
  const about = dataTable(
    [
      'run',
      'preset',
      'state',
      'epochs',
      'selected epoch',
      `validation ${runs[0].run.manifest.monitor}`,
      'backend',
      'seed',
    ],
    runs.map(({ name, run: { manifest }, report }): TableCell[] => [
      name,
      manifest.preset,
      manifest.finished ? 'finished' : 'not finished',
      manifest.epochs,
      manifest.bestEpoch > 0 ? manifest.bestEpoch : undefined,
      manifest.bestValue ?? report?.valid[manifest.monitor],
      manifest.backend,
      manifest.seed,
    ]),
  );
  const { counts, id } = runs[0].run.graph.manifest;
  const warnings = runs.flatMap(({ name, report }) =>
    (report?.warnings ?? []).map((text) => html`<p class="warning"><strong>${name}</strong>: ${text}</p>\n`),
  );
  const body = html`${about}
<p class="note">Graph ${id}: ${shown(counts.users)} users, ${shown(counts.items)} items, ${shown(counts.trainEdges)} training
interactions, ${shown(counts.validPairs)} held out for validation, ${shown(counts.testPairs)} for test.</p>
${warnings}
${figuresTable(runs, k)}`;
  return { id: 'overview', title: 'Overview', question: 'What was trained, and how good is it?', body };
}

function figuresTable(runs: readonly RunFigures[], k: number): Html {
  const evaluated = runs.filter(({ evaluation }) => evaluation !== undefined);
  if (evaluated.length === 0)
    return html`<p>Nothing is held out in this graph, so there are no figures (data.split).</p>`;
  const { split, numUsersEvaluated, numItems } = evaluated[0].evaluation!;
  const rows = MAIN.map((metric) => `${metric}@${k}`).map((key): TableCell[] => [
    key,
    ...evaluated.flatMap(({ evaluation, intervals }): TableCell[] => {
      const interval = intervals[key];
      return [
        evaluation!.metrics[key] ?? undefined,
        interval ? `${shown(interval.low)} to ${shown(interval.high)}` : '',
      ];
    }),
  ]);
  const columns = ['metric', ...evaluated.flatMap(({ name }) => [name, '95 % interval'])];
  const caption = `${split}: ${shown(numUsersEvaluated)} users, each with all ${shown(numItems)} items ranked but those they had`;
  return dataTable(columns, rows, caption);
}
