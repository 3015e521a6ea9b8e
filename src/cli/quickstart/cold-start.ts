/**
 * The cold-start part of the main job: items held out entirely, so that train knows of them only what the item table says, ranked
 * among each other by what is popular (nothing, for them), by their content, and by a tower that was trained on the others.
 */
import type { RankedItem, StoredGraph, TrainReport } from '../../index.js';
import type { Api, CommandContext } from '../command-line.js';
import { type Cell, table } from '../table.js';

const COLD_START_DEFAULTS = Object.freeze({
  presets: Object.freeze(['popularity', 'content-knn', 'features'] as const),
  /** Of the tower; chosen on the cold validation items of MovieLens 100K. */
  settings: Object.freeze({
    losses: { main: { temperature: 0.2 } },
    training: {
      batchSize: 1024,
      epochs: 10,
      patience: 0,
      schedule: { name: 'cosine' as const },
      monitor: 'cold.ndcg@20',
    },
  }),
  neighbors: 5,
});

export interface ColdStartPart {
  readonly reports: readonly TrainReport[];
  /** A cold item by its label, and what lies nearest to it. */
  readonly example?: { readonly item: string; readonly nearest: readonly RankedItem[] };
}

/**
 * @param graph split by `warm-cold-item`, with features of items
 * @returns undefined where training was interrupted
 */
export async function coldStart(
  { api, reporter }: CommandContext,
  graph: StoredGraph,
  signal: AbortSignal,
): Promise<ColdStartPart | undefined> {
  const reports: TrainReport[] = [];
  for (const preset of COLD_START_DEFAULTS.presets) {
    reporter.info(`\n${preset}: ${api.presetOf(preset).description}`);
    const isTrained = preset === 'features';
    const report = await api.train({
      source: graph,
      preset,
      config: isTrained ? COLD_START_DEFAULTS.settings : {},
      overwrite: true,
      reporter: isTrained ? reporter : { ...reporter, info() {} },
      signal,
    });
    if (report.stopped === 'interrupted') return undefined;
    reports.push(report);
  }
  return { reports, example: await exampleOf(api, graph, reports[reports.length - 1].run) };
}

/** The cold item with most held-out interactions: one that people know. */
async function exampleOf(api: Api, graph: StoredGraph, folder: string): Promise<ColdStartPart['example']> {
  const { itemOffsets } = graph.train;
  const held = new Int32Array(graph.items.size);
  for (const item of graph.test.values) if (itemOffsets[item + 1] === itemOffsets[item]) held[item]++;
  const item = held.indexOf(Math.max(...held));
  if (held[item] === 0) return undefined;
  const run = await api.loadRun(folder);
  const nearest = await api.similarToItem(run, graph.items.idOf(item), { k: COLD_START_DEFAULTS.neighbors });
  return { item: api.nodeLabel(graph, 'item', item), nearest };
}

export function coldStartText({ reports, example }: ColdStartPart): string {
  const tasks = ['cold', 'warm', 'overall'] as const;
  const rows = reports.map(({ preset, tasks: figures }): Cell[] => [
    preset,
    ...tasks.flatMap((task) => ['recall@20', 'ndcg@20'].map((key) => figures!.test![task].metrics[key].toFixed(4))),
  ]);
  const counts = tasks.map((task) => `${task} ${reports[0].tasks!.test![task].candidates.toLocaleString('en-US')}`);
  const columns = ['model', ...tasks.flatMap((task) => [`${task} R@20`, `N@20`])];
  const nearest = example?.nearest.map(({ label }) => `  ${label}`) ?? [];
  return [
    'New items: a fifth of the items is held out with all that is known of who took them. Test figures; candidates: ' +
      `${counts.join(', ')}.`,
    table(columns, rows),
    ...(example ? [`Nearest to ${example.item}, which nobody in train has taken:\n${nearest.join('\n')}`] : []),
  ].join('\n\n');
}
