/** What the model was given: degrees, times, and whether held-out pairs are where they should be. */

import { itemDegrees, userDegrees } from '../../graph/bipartite-csr.js';
import { graphStatistics } from '../../graph/graph-statistics.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import type { DrawChart } from '../charts/load-echarts.js';
import { degreeTail, leakFigures, timeHistograms } from '../figures/data-figures.js';
import { cards, lineCard } from '../page/cards.js';
import { dataTable, percent, shown, type TableCell } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { html } from '../page/html.js';

export function dataSection(draw: DrawChart, graph: StoredGraph): Section {
  const statistics = graphStatistics(graph.train);
  const tails = lineCard(
    draw,
    {
      title: 'Interactions of users and items',
      note: 'Share of them with at least so many. Straight down: a few have most.',
    },
    {
      x: { name: 'training interactions', log: true },
      y: { name: 'share', log: true },
      lines: [
        { name: 'users', points: degreeTail(userDegrees(graph.train)) },
        { name: 'items', points: degreeTail(itemDegrees(graph.train)) },
      ],
    },
  );
  const times = timeHistograms(graph);
  const overTime = times.length > 0 && timeCard(draw, times);
  const { userDegree, itemDegree } = statistics;
  const degrees = dataTable(
    ['interactions of', 'mean', 'least', '25 %', 'median', '75 %', '99 %', 'most'],
    [
      ['users', userDegree],
      ['items', itemDegree],
    ].map(([name, degree]): TableCell[] => {
      const { mean, min, p25, p50, p75, p99, max } = degree as typeof userDegree;
      return [name as string, mean, min, p25, p50, p75, p99, max];
    }),
  );
  const facts = dataTable(
    ['what', ''],
    [
      ['users × items', `${shown(statistics.numUsers)} × ${shown(statistics.numItems)}`],
      ['training interactions', shown(statistics.numEdges)],
      ['density', percent(statistics.density)],
      ['Gini of item popularity', statistics.itemPopularityGini.toFixed(3)],
      ['largest connected part', percent(statistics.components.largestShare)],
      ['items without a training interaction', shown(statistics.coldItems)],
      ['users without a training interaction', shown(statistics.coldUsers)],
      ...leakRows(graph),
    ],
  );
  const notes = graph.manifest.notes.map((note) => html`<li>${note}</li>`);
  return {
    id: 'data',
    title: 'Data',
    question: 'What was the model given, and is the evaluation honest?',
    body: html`${cards([tails, ...(overTime ? [overTime] : [])])}
${degrees}<div class="columns"><div>${facts}</div><div>${notes.length > 0 && html`<ul class="note">${notes}</ul>`}</div></div>`,
  };
}

/** Seconds since 1970 where they can be; a log's own clock else. */
function timeCard(draw: DrawChart, times: ReturnType<typeof timeHistograms>) {
  const all = times.flatMap(({ points }) => points.map(([time]) => time));
  const [first, last] = [Math.min(...all), Math.max(...all)];
  const isDate = first > 1e8 && first < 1e11;
  const tick = isDate ? (seconds: number): string => new Date(1000 * seconds).toISOString().slice(0, 10) : undefined;
  const chart = {
    x: { name: isDate ? 'day' : 'time', tick, min: first, max: last },
    y: { name: 'interactions' },
    lines: times,
    stairs: true,
  };
  return lineCard(draw, { title: 'Interactions over time' }, chart);
}

function leakRows(graph: StoredGraph): TableCell[][] {
  const { inTrain, inBoth, beforeOwnTrain, beforeAnyTrain } = leakFigures(graph);
  const rows: TableCell[][] = [
    [
      'held-out pairs that are in training',
      inTrain === 0 ? '0: no leak' : html`<span class="worse">${shown(inTrain)}</span>`,
    ],
    ['pairs in validation and test', inBoth === 0 ? '0: no leak' : html`<span class="worse">${shown(inBoth)}</span>`],
  ];
  if (beforeOwnTrain === undefined || beforeAnyTrain === undefined) {
    return [...rows, ['times', 'not in this log, so nothing can be said of what is later']];
  }
  return [
    ...rows,
    ['test pairs before their user’s newest training interaction', percent(beforeOwnTrain)],
    ['test pairs before anybody’s newest training interaction', percent(beforeAnyTrain)],
  ];
}
