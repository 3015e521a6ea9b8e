/** What gets shown: coverage, hubs, and whether lists are more popular than people's taste. */

import { skewness } from '../../evaluation/metrics/hubness.js';
import { itemDegrees } from '../../graph/bipartite-csr.js';
import type { DrawChart } from '../charts/load-echarts.js';
import { lorenzCurve, occurrenceBins, occurrencesIn } from '../figures/occurrences.js';
import { groupShares, NUM_GROUPS, popularityGroups, popularityLift } from '../figures/popularity-bias.js';
import type { RunFigures } from '../figures/run-figures.js';
import { barCard, cards, lineCard } from '../page/cards.js';
import { dataTable, percent, shown, type TableCell } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { html } from '../page/html.js';

/** Undefined where nothing was evaluated. */
export function exposureSection(draw: DrawChart, all: readonly RunFigures[], k: number): Section | undefined {
  const runs = all.flatMap(({ name, run, lists }) => (lists ? [{ name, run, lists }] : []));
  if (runs.length === 0) return undefined;
  const { graph } = runs[0].run;
  const degrees = itemDegrees(graph.train);
  const groups = popularityGroups(degrees);
  const told = runs.map(({ name, lists }) => ({ name, lists, counts: occurrencesIn(lists.ids, degrees.length) }));

  const bins = told.map(({ counts }) => occurrenceBins(counts));
  const most = bins.reduce((longest, own) => (own.length > longest.length ? own : longest));
  const range = (from: number, to: number): string => (from === to ? `${from}` : `${from}–${to}`);
  const hubs = barCard(
    draw,
    {
      title: `In how many lists items stand (${k}-occurrence)`,
      note: 'Left: items nobody gets. Right: hubs, which everybody gets.',
    },
    {
      categories: most.map(({ from, to }) => range(from, to)),
      x: { name: 'lists' },
      y: { name: 'items' },
      bars: told.map(({ name }, i) => ({ name, values: most.map((_, bin) => bins[i][bin]?.numItems ?? 0) })),
    },
  );
  const lorenz = lineCard(
    draw,
    {
      title: 'How evenly lists are shared out',
      note: 'Lorenz curve: the more it sags, the fewer items have all places.',
    },
    {
      x: { name: 'share of the items, the rarest first', min: 0, max: 1 },
      y: { name: 'share of list places', min: 0, max: 1 },
      lines: [
        ...told.map(({ name, counts }) => ({ name, points: lorenzCurve(counts) })),
        { name: 'training', points: lorenzCurve(degrees) },
      ],
    },
  );
  const bias = barCard(
    draw,
    {
      title: 'Popularity of what is shown',
      note: `Items in ${NUM_GROUPS} groups with about a tenth of the training interactions each, the most popular first. As people chose: a tenth each.`,
    },
    {
      categories: groups.numItems.map((_, group) => `${group + 1}`),
      x: { name: 'group, 1 the most popular' },
      y: { name: 'share of list places' },
      bars: [
        ...told.map(({ name, counts }) => ({ name, values: groupShares(counts, groups) })),
        { name: 'training', values: groupShares(degrees, groups) },
      ],
    },
  );
  const table = dataTable(
    ['run', 'coverage', 'never shown', 'hubness', 'most shown', 'popularity lift'],
    told.map(({ name, lists, counts }): TableCell[] => {
      const never = counts.reduce((count, own) => count + (own === 0 ? 1 : 0), 0);
      const top = counts.reduce((largest, own) => Math.max(largest, own), 0);
      const lift = popularityLift(lists, graph.train, degrees);
      return [
        name,
        percent(1 - never / counts.length),
        `${shown(never)} items`,
        skewness(counts),
        `in ${percent(top / lists.users.length)} of lists`,
        `${lift >= 0 ? '+' : '−'}${percent(Math.abs(lift))}`,
      ];
    }),
  );
  return {
    id: 'exposure',
    title: 'Coverage and popularity',
    question: `Which items get a place in anybody's list of ${k}, and does popularity decide it?`,
    body: html`${cards([hubs, lorenz, bias])}${table}
<p class="note">Hubness is the skewness of how many lists items are in (Radovanović et al. 2010): 0 is even, above 2 or so a few hubs are
everywhere. Popularity lift: how much more popular
the lists are than what their users had in training (Abdollahpouri et al. 2019).</p>`,
  };
}
