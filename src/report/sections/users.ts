/** Some users: what they had, what they get, where the items that they took later got lost, and what is around them. */
import { nodeLabel } from '../../graph/node-label.js';
import type { TrainedRun } from '../../runs/trained-run.js';
import type { DrawChart } from '../charts/load-echarts.js';
import { drawEgo } from '../draw-ego.js';
import type { RunFigures } from '../figures/run-figures.js';
import { type Stage, stageOf, type UserTrace } from '../figures/stage-trace.js';
import { barCard, cards } from '../page/cards.js';
import type { TraceData } from '../page/client/client-data.js';
import { dataTable, shown, type TableCell } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { themedEgo } from '../page/ego-picture.js';
import { embeddedJson, Html, html } from '../page/html.js';
import { base64 } from '../page/packed-arrays.js';
import { searchField } from '../page/search-field.js';

/** Rows of a user's lists. */
const SHOWN = 10;
const MOST_TRACED = 15;

export interface UsersPart {
  readonly section: Section;
  readonly data: readonly Html[];
}

interface UserTraces {
  /** Of the first run. */
  readonly traces: readonly UserTrace[];
  readonly k: number;
  /** On the approximate index, where it can't be asked. */
  readonly note?: string;
}

export function usersSection(
  draw: DrawChart,
  runs: readonly RunFigures[],
  { traces, k, note }: UserTraces,
): UsersPart | undefined {
  if (traces.length === 0) return undefined;
  const [{ run }] = runs;
  const { graph } = run;
  const label = (item: number): string => nodeLabel(graph, 'item', item);
  const traceData: TraceData = {
    k,
    users: traces.map(({ user, positions, wanted, missed }) => ({
      label: nodeLabel(graph, 'user', user),
      positions: base64(positions),
      wanted,
      missed,
    })),
  };
  const users = traces.map((trace) => userPart(run, trace, k, label));
  const body = html`${cards([stagesCard(draw, runs, k)])}
${note !== undefined && html`<p class="warning">${note}</p>`}
<h3>Why was it not shown?</h3>
<div class="controls">
<label>User<select id="trace-user">${traceData.users.map((user) => html`<option>${user.label}</option>`)}</select></label>
${searchField('trace-item', 'Item')}
</div>
<p id="trace-answer" role="status">Pick a user and find an item: whether it is recommended, filtered, ranked too low, cut by the index, or no candidate.</p>
${users}`;
  const section: Section = {
    id: 'users',
    title: 'Users',
    question: 'What do some users get, and at which stage were the items lost that they took later?',
    body,
  };
  return { section, data: [embeddedJson('trace-data', traceData)] };
}

function stagesCard(draw: DrawChart, runs: readonly RunFigures[], k: number): Html {
  const told = runs.flatMap(({ name, stages }) => (stages ? [{ name, ...stages }] : []));
  const bars = told.map(({ name, stages }) => ({ name, values: stages.map(({ share }) => share) }));
  const categories = told[0].stages.map(({ name }) => name);
  const note = `Ranks of ${shown(told[0].numPairs)} held-out items, each among all items that its user could get; none: not a candidate.`;
  return barCard(
    draw,
    { title: 'How far held-out items get', note },
    { categories, x: { name: `rank; lists end at ${k}` }, y: { name: 'share of the held-out items' }, bars },
  );
}

function userPart(run: TrainedRun, trace: UserTrace, k: number, label: (item: number) => string): Html {
  const { graph } = run;
  const { user, positions, wanted } = trace;
  const { userOffsets, userNeighbors, itemOffsets } = graph.train;
  const had = [...userNeighbors.subarray(userOffsets[user], userOffsets[user + 1])];
  const best = bestOf(positions, SHOWN);
  const list = (items: readonly number[]): Html =>
    html`<ol class="members">${items.map(
      (item) =>
        html`<li><bdi>${label(item)}</bdi>${wanted.includes(item) && html` <span class="better">held out: a hit</span>`}</li>`,
    )}</ol>`;
  const rows = [...wanted]
    .sort((a, b) => orderOf(positions[a]) - orderOf(positions[b]))
    .slice(0, MOST_TRACED)
    .map((item): TableCell[] => [label(item), told(trace, item, k, itemOffsets[item + 1] === itemOffsets[item])]);
  const more = wanted.length > rows.length ? ` (${rows.length} of ${wanted.length} shown)` : '';
  const ego = themedEgo(
    drawEgo(
      graph,
      { side: 'user', id: graph.users.idOf(user) },
      { recommended: best.map((item) => graph.items.idOf(item)), maxFirstHop: 10, maxSecondHop: 16 },
    ),
  );
  return html`<h3>User <bdi>${nodeLabel(graph, 'user', user)}</bdi></h3>
<div class="columns">
<div><h4>Had in training (${shown(had.length)}${had.length > SHOWN && `, ${SHOWN} shown`})</h4>${list(had.slice(0, SHOWN))}</div>
<div><h4>Gets (first ${best.length} of ${k})</h4>${list(best)}</div>
<div><h4>Took later${more}</h4>${dataTable(['item', 'stage'], rows, 'Held-out items and the stage they came to')}</div>
</div>
<details><summary>What is around this user</summary><div class="scroll ego">${new Html(ego)}</div></details>
`;
}

const orderOf = (position: number): number => (position > 0 ? position : Number.MAX_SAFE_INTEGER);

/** Items at the first positions, in order. */
function bestOf(positions: Int32Array, count: number): number[] {
  const best: number[] = [];
  for (const [item, position] of positions.entries()) if (position > 0 && position <= count) best.push(item);
  return best.sort((a, b) => positions[a] - positions[b]);
}

function told(trace: UserTrace, item: number, k: number, isNew: boolean): Html {
  const rank = `rank ${shown(trace.positions[item])} of ${shown(trace.numRanked)}${isNew ? '; new: nobody took it in training' : ''}`;
  const stages: Readonly<Record<Stage, Html>> = {
    recommended: html`<span class="better">recommended</span>, ${rank}`,
    index: html`<span class="worse">cut by the approximate index</span>, exactly ${rank}`,
    cut: html`below the end of the list, ${rank}`,
    filtered: html`filtered: the user has it`,
    'no-candidate': html`<span class="worse">not a candidate</span>: no vector`,
  };
  return stages[stageOf(trace, item, k)];
}
