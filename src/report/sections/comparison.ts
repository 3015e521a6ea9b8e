/** Each of the other runs against the first, paired over users. */

import { type ComparisonToFirst, compareReportsToFirst, SIGNIFICANCE } from '../../evaluation/index.js';
import { ownMetricsOf } from '../../runs/run-evaluation.js';
import type { DrawChart } from '../charts/load-echarts.js';
import type { RunFigures } from '../figures/run-figures.js';
import { cards, intervalCard } from '../page/cards.js';
import { dataTable, shown, type TableCell } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { html } from '../page/html.js';

const METRICS = ['recall', 'ndcg', 'hitRate', 'mrr'];

type Row = ComparisonToFirst['perUserMetrics'][number] & { readonly other: string };

/** Undefined with less than two evaluated runs. */
export function comparisonSection(draw: DrawChart, runs: readonly RunFigures[], k: number): Section | undefined {
  const [first, ...others] = runs.filter(({ evaluation }) => evaluation !== undefined);
  if (others.length === 0) return undefined;
  const compared = compareReportsToFirst(
    [first, ...others].map(({ evaluation }) => evaluation!),
    { ownMetrics: ownMetricsOf(runs.map(({ run }) => run)) },
  );
  const byMetric = METRICS.map((name) => `${name}@${k}`).map((metric): { metric: string; rows: Row[] } => ({
    metric,
    rows: compared.flatMap(({ perUserMetrics }, i) =>
      perUserMetrics.filter((row) => row.metric === metric).map((row) => ({ ...row, other: others[i].name })),
    ),
  }));
  const charts = byMetric.map(({ metric, rows }) =>
    intervalCard(
      draw,
      { title: `${metric}: difference from ${first.name}` },
      {
        x: { name: 'mean difference over users' },
        rows: rows.map(({ other, meanDifference, low, high }) => ({ name: other, value: meanDifference, low, high })),
      },
    ),
  );
  const table = dataTable(
    ['metric', 'run', first.name, 'its own', 'difference', '95 % interval', 'p', 'p (Holm)', 'verdict'],
    byMetric.flatMap(({ rows }) => rows.map(tableRow)),
  );
  return {
    id: 'comparison',
    title: 'Comparison',
    question: `Is another run better than ${first.name}, or could the difference be chance? Right of the line: the other run is better.`,
    body: html`${cards(charts)}
<p class="note">Paired over the same ${shown(first.evaluation!.numUsersEvaluated)} users: the interval is a bootstrap's, p a paired
t-test's, corrected for the number of runs (Holm). A run is called better where its interval leaves out 0 and the corrected p is
below ${SIGNIFICANCE}.</p>
${table}`,
  };
}

function tableRow({
  metric,
  other,
  valueA,
  valueB,
  meanDifference,
  low,
  high,
  pValue,
  pHolm,
  better,
}: Row): TableCell[] {
  const verdict =
    better === 'undecided'
      ? 'undecided'
      : better === 'b'
        ? html`<span class="better">better</span>`
        : html`<span class="worse">worse</span>`;
  const p = (value: number): string => (value < 0.0001 ? '< 0.0001' : value.toFixed(4));
  return [
    metric,
    other,
    valueA,
    valueB,
    meanDifference,
    `${shown(low)} to ${shown(high)}`,
    p(pValue),
    p(pHolm),
    verdict,
  ];
}
