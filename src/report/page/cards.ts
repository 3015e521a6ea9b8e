/** A chart on a page: title, picture, what it shows in words for who can't see it, and its figures as a table. */
import {
  type BarChart,
  barChart,
  type IntervalChart,
  intervalChart,
  type LineChart,
  lineChart,
  type PathChart,
  pathChart,
} from '../charts/charts.js';
import type { DrawChart } from '../charts/load-echarts.js';
import { dataTable, shown } from './data-table.js';
import { Html, html } from './html.js';

interface CardText {
  readonly title: string;
  /** What to read from it, one sentence. */
  readonly note?: string;
}

/** Rows of a card's table; of more, some at even steps and the last one. */
const MOST_ROWS = 60;
const ROW_HEIGHT = 26;

export function lineCard(draw: DrawChart, { title, note }: CardText, chart: LineChart): Html {
  const named = chart.lines.map(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    return first && last
      ? `${name} from ${shown(first[1])} at ${shown(first[0])} to ${shown(last[1])} at ${shown(last[0])}`
      : name;
  });
  const xs = [...new Set(chart.lines.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const values = chart.lines.map(({ points }) => new Map(points));
  const every = Math.ceil(xs.length / MOST_ROWS);
  const rows = xs
    .filter((_, i) => i % every === 0 || i + 1 === xs.length)
    .map((x) => [chart.x.tick ? chart.x.tick(x) : x, ...values.map((of) => of.get(x))]);
  const table = dataTable([chart.x.name, ...chart.lines.map(({ name }) => name)], rows);
  return card({ title, note }, draw(lineChart(chart)), `Lines over ${chart.x.name}: ${named.join('; ')}`, table);
}

export function barCard(draw: DrawChart, { title, note }: CardText, chart: BarChart): Html {
  const rows = chart.categories.map((category, i) => [category, ...chart.bars.map(({ values }) => values[i])]);
  const table = dataTable([chart.x.name, ...chart.bars.map(({ name }) => name)], rows);
  const alt = chart.bars.map(
    ({ name, values }) =>
      `${name}: ${chart.categories.map((category, i) => `${category} ${shown(values[i])}`).join(', ')}`,
  );
  return card({ title, note }, draw(barChart(chart)), `Bars. ${alt.join('; ')}`, table);
}

export function intervalCard(draw: DrawChart, { title, note }: CardText, chart: IntervalChart): Html {
  const rows = chart.rows.map(({ name, value, low, high }) => [name, value, `${shown(low)} to ${shown(high)}`]);
  const alt = chart.rows.map(
    ({ name, value, low, high }) => `${name} ${shown(value)} (${shown(low)} to ${shown(high)})`,
  );
  const height = 64 + ROW_HEIGHT * chart.rows.length;
  const table = dataTable(['', chart.x.name, '95 % interval'], rows);
  return card({ title, note }, draw(intervalChart(chart), height), `Intervals. ${alt.join('; ')}`, table);
}

export function pathCard(draw: DrawChart, { title, note }: CardText, chart: PathChart): Html {
  const rows = chart.paths.flatMap(({ name, points }) => points.map(([x, y], i) => [name, i + 1, x, y]));
  const every = Math.ceil(rows.length / MOST_ROWS);
  const kept = rows.filter((_, i) => i % every === 0 || i + 1 === rows.length);
  const ends = chart.paths.map(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)!];
    return `${name} from (${shown(first[0])}, ${shown(first[1])}) to (${shown(last[0])}, ${shown(last[1])})`;
  });
  const table = dataTable(['', 'point', chart.x.name, chart.y.name], kept);
  return card({ title, note }, draw(pathChart(chart)), `Ways through the plane: ${ends.join('; ')}`, table);
}

function card({ title, note }: CardText, svg: string, alt: string, table: Html): Html {
  return html`<figure class="card"><figcaption>${title}</figcaption>
${note !== undefined && html`<p>${note}</p>`}
<div role="img" aria-label="${title}. ${alt}">${new Html(svg)}</div>
<details><summary>Figures</summary>${table}</details>
</figure>
`;
}

export const cards = (all: readonly Html[]): Html => html`<div class="cards">${all}</div>`;
