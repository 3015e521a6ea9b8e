/** Evaluations and comparisons as tables: one row a metric, one column a list length. */
import type { EmbeddingGeometry, EvaluationReport, Interval, ReportComparison, RunAgainstFirst } from '../index.js';
import { type Cell, table } from './table.js';
import { taskTable } from './task-table.js';

export function evaluationText(report: EvaluationReport, intervals: Readonly<Record<string, Interval>>): string {
  const { numUsersEvaluated, numUsersSampledFrom, numUsersWithoutRelevant, numItems, split, topK } = report;
  const skipped = numUsersWithoutRelevant > 0 ? ` (${numUsersWithoutRelevant} have nothing held out)` : '';
  const sampled = numUsersSampledFrom === undefined ? '' : ` drawn from ${numUsersSampledFrom}`;
  const head = `${split ?? 'held-out'}: ${numUsersEvaluated} users${sampled}${skipped}, all of ${numItems} items ranked`;
  const names = [...new Set(Object.keys(report.metrics).map(nameOf))];
  // the mean rank has no K: it stands once, under the first one
  const key = (name: string, k: number) => (k === topK[0] && name in report.metrics ? name : keyOf(name, k));
  const rows = names.map((name) => [name, ...topK.map((k) => withInterval(report.metrics, intervals, key(name, k)))]);
  const sections = [head, '', table(['metric', ...topK.map((k) => `@${k}`)], rows)];
  sections.push(...taskTable([report, ...(report.tasks ?? [])].map(taskRow), topK));
  if (report.cohorts.length > 0) sections.push('', cohortTable(report));
  return sections.join('\n');
}

/** What the vectors are like: names as in the JSON. */
export const geometryText = (geometry: EmbeddingGeometry): string =>
  table(
    ['vectors', 'value'],
    Object.entries(geometry).map(([name, value]) => [name, format(value)]),
  );

const taskRow = ({ task, numCandidates, numUsersEvaluated, metrics }: EvaluationReport) => {
  return { task, candidates: numCandidates, users: numUsersEvaluated, metrics };
};

const nameOf = (key: string): string => key.split('@')[0];
const keyOf = (name: string, k: number): string => `${name}@${k}`;

function withInterval(
  metrics: Readonly<Record<string, number>>,
  intervals: Readonly<Record<string, Interval>>,
  key: string,
): string {
  const interval = intervals[key];
  const value = metrics[key];
  if (value === undefined) return '';
  return interval ? `${format(value)} [${format(interval.low)}, ${format(interval.high)}]` : format(value);
}

const format = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(4) : value.toFixed(1));

function cohortTable({ cohorts, topK }: EvaluationReport): string {
  const k = topK[topK.length - 1] === undefined ? 0 : topK.includes(20) ? 20 : topK[topK.length - 1];
  const keys = [`recall@${k}`, `ndcg@${k}`, `hitRate@${k}`];
  const rows = cohorts.map(({ name, definition, numUsers, metrics }): Cell[] => [
    name,
    numUsers,
    ...keys.map((key) => (metrics[key] === undefined ? '–' : format(metrics[key]))),
    definition,
  ]);
  return table(['group', 'users', ...keys, { title: 'who', align: 'left' }], rows);
}

export function comparisonText({ numUsers, perUserMetrics, exposureMetrics }: ReportComparison): string {
  const tested = perUserMetrics.map(({ metric, valueA, valueB, meanDifference, low, high, pValue, better }) => [
    metric,
    format(valueA),
    format(valueB),
    `${signed(meanDifference)} [${signed(low)}, ${signed(high)}]`,
    pValue < 1e-4 ? '< 0.0001' : pValue.toFixed(4),
    better === 'undecided' ? '' : better.toUpperCase(),
  ]);
  const untested = exposureMetrics.map(({ metric, valueA, valueB }) => [
    metric,
    format(valueA),
    format(valueB),
    signed(valueB - valueA),
    '',
    '',
  ]);
  const columns = ['metric', 'A', 'B', 'B − A [95 %]', 'p', { title: 'better', align: 'left' } as const];
  return `${numUsers} users, each judged under both\n\n${table(columns, [...tested, ...untested])}`;
}

/** Several runs against the first: a block of rows for each metric. */
export function severalText(first: string, others: readonly RunAgainstFirst[]): string {
  const metrics = others[0].perUserMetrics.map(({ metric }) => metric);
  const rows = metrics.flatMap((metric) => {
    const found = others.map(({ perUserMetrics }) => perUserMetrics.find((row) => row.metric === metric)!);
    const tested = found.map(({ valueB, meanDifference, low, high, pHolm, better }, i) => [
      '',
      letter(i + 1),
      format(valueB),
      `${signed(meanDifference)} [${signed(low)}, ${signed(high)}]`,
      pHolm < 1e-4 ? '< 0.0001' : pHolm.toFixed(4),
      better === 'undecided' ? '' : better === 'a' ? 'A' : letter(i + 1),
    ]);
    return [[metric, 'A', format(found[0].valueA), '', '', ''], ...tested];
  });
  const left = (title: string) => ({ title, align: 'left' }) as const;
  const names = [first, ...others.map(({ folder }) => folder)].map((folder, i) => `${letter(i)}  ${folder}`);
  const columns = ['metric', left('run'), 'value', 'difference from A [95 %]', 'p (Holm)', left('better')];
  return [...names, '', `${others[0].numUsers} users, each judged under all`, '', table(columns, rows)].join('\n');
}

/** A, B, …, Z, then 26, 27, …. */
const letter = (i: number): string => (i < 26 ? String.fromCharCode(65 + i) : String(i));

const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${format(Math.abs(value))}`;
