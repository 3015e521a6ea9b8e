/**
 * A page on one or more runs of a graph: a self-contained HTML file for people. All runs are evaluated, drawn over one another and
 * compared with the first; what is about single items and users (map, prototypes, traces) is the first run's.
 */
import { ConfigError } from '../core/errors.js';
import { didYouMean } from '../core/nearest-name.js';
import { type Reporter, SILENT } from '../core/reporter.js';
import { itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import { nodeLabel } from '../graph/node-label.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { heldOutFor } from '../runs/held-out.js';
import type { TrainedRun } from '../runs/trained-run.js';
import { type DrawChart, loadEcharts } from './charts/load-echarts.js';
import { assertOneGraph, heldOutPart, type RunFigures, runFigures } from './figures/run-figures.js';
import { approximateBundle, stageTraces } from './figures/stage-trace.js';
import type { ItemsData } from './page/client/client-data.js';
import { renderDocument, type Section } from './page/document.js';
import { embeddedJson, type Html } from './page/html.js';
import { base64 } from './page/packed-arrays.js';
import { pageScript } from './page/page-script.js';
import { cohortsSection } from './sections/cohorts.js';
import { comparisonSection } from './sections/comparison.js';
import { dataSection } from './sections/data.js';
import { exposureSection } from './sections/exposure.js';
import { itemMapSection } from './sections/item-map.js';
import { overviewSection } from './sections/overview.js';
import { prototypesSection } from './sections/prototypes.js';
import { reproduceSection } from './sections/reproduce.js';
import { similaritySection } from './sections/similarity.js';
import { trainingSection } from './sections/training.js';
import { type UsersPart, usersSection } from './sections/users.js';

export interface ReportOptions {
  /** Length of the lists that are told of. Default: that of the first run's `training.monitor`. */
  readonly k?: number;
  /** Ids of users whose items are traced. Default: four users, from little to very active. */
  readonly users?: readonly string[];
  readonly reporter?: Reporter;
}

/** Where in the order of activity the users stand that are shown unless asked for others. */
const SHOWN_AT = [0.1, 0.4, 0.7, 0.95];

/**
 * @param runs of one graph, at least one; others are compared with the first
 * @returns the HTML file
 * @throws ConfigError `REPORT_RUNS`, `REPORT_GRAPHS`, `UNKNOWN_ID`, `ECHARTS_MISSING`
 */
export async function reportRuns(runs: readonly TrainedRun[], options: ReportOptions = {}): Promise<string> {
  const [first] = runs;
  if (first === undefined) throw new ConfigError('REPORT_RUNS', 'runs: expected at least one run, got none');
  assertOneGraph(runs);
  const draw = await loadEcharts();
  const { graph } = first;
  const k = options.k ?? Number(first.config.training.monitor.split('@')[1] ?? 20);
  const part = heldOutPart(graph);
  const reporter = options.reporter ?? SILENT;
  const asked = (options.users ?? []).map((id) => userOfId(graph, id));
  const figures = await runFigures(runs, { part, k, reporter });

  reporter.info('laying out the map of items');
  const map = await itemMapSection(first, figures[0].name);
  const users = part && (await usersPart(draw, figures, { asked, k, part }));
  const sections: (Section | undefined)[] = [
    overviewSection(figures, k),
    comparisonSection(draw, figures, k),
    trainingSection(draw, figures, k),
    cohortsSection(draw, figures, k),
    exposureSection(draw, figures, k),
    part && similaritySection(draw, figures, part),
    map?.section,
    prototypesSection(first),
    users?.section,
    dataSection(draw, graph),
    reproduceSection(figures),
  ];
  const names = figures.map(({ name }) => name);
  return renderDocument({
    title: names.length === 1 ? names[0] : `${names[0]} and ${names.slice(1).join(', ')}`,
    sections: sections.filter((section) => section !== undefined),
    data: [itemsData(graph), ...(map?.data ?? []), ...(users?.data ?? [])],
    script: pageScript(),
  });
}

function userOfId({ users }: StoredGraph, id: string): number {
  const user = users.indexOf(id);
  if (user !== undefined) return user;
  throw new ConfigError('UNKNOWN_ID', `no user with the id "${id}" in the graph${didYouMean(id, users.ids)}`);
}

interface UsersQuestion {
  /** Empty: some of different activity. */
  readonly asked: readonly number[];
  readonly k: number;
  readonly part: 'valid' | 'test';
}

async function usersPart(
  draw: DrawChart,
  runs: readonly RunFigures[],
  { asked, k, part }: UsersQuestion,
): Promise<UsersPart | undefined> {
  const [{ run, evaluation }] = runs;
  const users = asked.length > 0 ? asked : spreadByActivity(evaluation!.userIndices, userDegrees(run.graph.train));
  const bundle = await approximateBundle(run);
  const isBundle = bundle !== undefined && typeof bundle !== 'string';
  const heldOut = heldOutFor(run.graph, part);
  const traces = await stageTraces(run, { users, k, ...heldOut, bundle: isBundle ? bundle : undefined });
  return usersSection(draw, runs, { traces, k, note: typeof bundle === 'string' ? bundle : undefined });
}

/** Some of the users with training interactions, from the least to the most active. */
function spreadByActivity(users: Int32Array, degrees: Int32Array): number[] {
  const known = users.filter((user) => degrees[user] > 0).sort((a, b) => degrees[a] - degrees[b] || a - b);
  return [...new Set(SHOWN_AT.map((share) => known[Math.floor(share * known.length)]))].filter(
    (user) => user !== undefined,
  );
}

function itemsData(graph: StoredGraph): Html {
  const labels = Array.from({ length: graph.items.size }, (_, item) => nodeLabel(graph, 'item', item));
  const data: ItemsData = {
    labels,
    ids: labels.map((label, item) => (graph.items.idOf(item) === label ? '' : graph.items.idOf(item))),
    popularity: base64(itemDegrees(graph.train)),
  };
  return embeddedJson('items-data', data);
}
