/**
 * The main job from end to end: data → graph → two baselines, a two-tower model and what is chosen by trying → a table of what they are worth →
 * a FAISS bundle → recommendations to look at → what to type next.
 */
import { join } from 'node:path';
import type { AutoReport, ConfigObject, StoredGraph, TrainReport } from '../../index.js';
import type { CommandContext, CommandResult } from '../command-line.js';
import { countRows } from '../graph-text.js';
import { keyValues } from '../table.js';
import { type ColdStartPart, coldStart, coldStartText } from './cold-start.js';
import { type FoundData, findData } from './find-data.js';
import { differencesText, modelTable } from './model-table.js';
import { chooseUsers, type ShownUser, shownUser, shownUserText } from './shown-users.js';

const QUICKSTART_DEFAULTS = Object.freeze({
  presets: Object.freeze(['popularity', 'item-knn', 'two-tower'] as const),
  /** Of the two-tower model; chosen on MovieLens 100K's validation part, as any small, dense data set wants it. */
  settings: Object.freeze({
    losses: { main: { temperature: 0.25 } },
    training: { batchSize: 1024, learningRate: 0.005, epochs: 30, patience: 5 },
  }),
  shownUsers: 2,
});

interface QuickstartOptions {
  /** Data set to take instead of MovieLens 100K. */
  readonly path?: string;
  /** `key.path=value` assignments for every model and for the data. */
  readonly set?: readonly string[];
  readonly signal: AbortSignal;
}

/** Done in a moment, without a word; configuration keys of the trained models mean nothing to them. */
const UNTRAINED: ReadonlySet<string> = new Set(['popularity', 'item-knn']);

const WHY_PER_USER_TIME =
  "split: the last interactions of each user are held out, because in this data set a user's ratings lie within days; a split at one date would leave hardly any test user known in train";

export async function runQuickstart(context: CommandContext, options: QuickstartOptions): Promise<CommandResult> {
  const { api, reporter } = context;
  const found = await findData(options.path, { reporter });
  const graph = await buildFrom(context, found, options);
  const data = `${graph.folder}\n${keyValues(countRows(graph.manifest.counts), '  ')}`;
  reporter.info(`graph ${data}`);

  const reports: TrainReport[] = [];
  for (const preset of QUICKSTART_DEFAULTS.presets) {
    reporter.info(`\n${preset}: ${api.presetOf(preset).description}`);
    const report = await api.train({
      source: graph,
      preset,
      config: UNTRAINED.has(preset) ? {} : QUICKSTART_DEFAULTS.settings,
      set: UNTRAINED.has(preset) ? [] : options.set,
      overwrite: true,
      refit: true,
      reporter: UNTRAINED.has(preset) ? { ...reporter, info() {} } : reporter,
      signal: options.signal,
    });
    if ([report, report.refit].some((of) => of?.stopped === 'interrupted')) {
      return { json: { interrupted: preset }, text: 'interrupted' };
    }
    reports.push(report);
  }
  reporter.info('\nauto: a handful of settings for a few epochs each, and the best of them on validation');
  const auto = await api.trainAuto({
    source: graph,
    set: options.set,
    overwrite: true,
    refit: true,
    reporter,
    signal: options.signal,
  });
  if ([auto, auto.refit].some((of) => of?.stopped === 'interrupted')) {
    return { json: { interrupted: 'auto' }, text: 'interrupted' };
  }
  const { better = auto } = auto;
  reports.push(better);

  const runs = await Promise.all(reports.map((report) => api.loadRun(api.servedFolder(report.run))));
  const best = runs[runs.length - 1];
  const { run } = reports[reports.length - 1];
  reporter.info('');
  const comparisons = [];
  for (const other of runs.slice(0, -1)) {
    const { perUserMetrics } = await api.compareRuns({ a: other, b: best }, { topK: [20] });
    comparisons.push({
      preset: other.manifest.preset,
      recall: perUserMetrics.find(({ metric }) => metric === 'recall@20')!,
    });
  }
  const bundle = await api.exportRun(best, { out: join(run, 'export'), overwrite: true, reporter });
  const users: ShownUser[] = [];
  for (const user of chooseUsers(best, QUICKSTART_DEFAULTS.shownUsers)) users.push(await shownUser(api, best, user));

  const cold = await coldPart(context, found, options);
  if (cold === 'interrupted') return { json: { interrupted: 'cold start' }, text: 'interrupted' };

  const sections = [
    `Test figures of ${reports[0].evaluatedUsers.test} users. Epochs were chosen on validation; then each model was fitted once more, on train and validation, for as many.`,
    modelTable(reports),
    `auto is ${chosenText(auto)}. item-kNN has no vectors unless ranker.rank makes some, and no index can hold it.`,
    differencesText(comparisons),
    `FAISS bundle: ${bundle.bundle} (${bundle.files.join(', ')})`,
    ...users.map(shownUserText),
    ...(cold ? [coldStartText(cold)] : []),
    nextSteps(found, { graph: graph.folder!, run, user: users[0]?.user }),
  ];
  return {
    json: {
      data: found,
      graph: graph.manifest.id,
      models: reports,
      comparisons,
      bundle: bundle.bundle,
      users,
      coldStart: cold,
    },
    text: sections.join('\n\n'),
  };
}

/** What auto made, in words. */
function chosenText({ auto, better, warnings = [] }: AutoReport): string {
  const chosen = `${auto!.tried[0].name}: of ${auto!.tried.length} settings the best on validation`;
  return better ? `${chosen}. ${warnings.at(-1)}` : chosen;
}

/** Undefined for data of the user's own: `train --preset features` is theirs to ask for. */
async function coldPart(
  context: CommandContext,
  found: FoundData,
  options: QuickstartOptions,
): Promise<ColdStartPart | 'interrupted' | undefined> {
  if (found.kind === 'given') return undefined;
  context.reporter.info('\ncold start: the same data, split so that a fifth of the items is new');
  const graph = await buildFrom(context, found, options, { data: { split: { name: 'warm-cold-item' } } });
  return (await coldStart(context, graph, options.signal)) ?? 'interrupted';
}

async function buildFrom(
  { api, reporter }: CommandContext,
  found: FoundData,
  options: QuickstartOptions,
  more: ConfigObject = {},
): Promise<StoredGraph> {
  const layers = [api.presetOf(api.DEFAULT_PRESET).config, dataLayer(found), api.parseAssignments(options.set ?? [])];
  const { data } = api.resolveConfig([...layers, more], 'configuration');
  const graphsDir = api.TRAIN_DEFAULTS.graphsDir;
  if (found.kind === 'planted') {
    const world = api.createPlantedWorld();
    const describedAs = { kind: 'planted', ...world.options };
    return api.buildGraph(world.interactions, { data, name: 'planted', describedAs, graphsDir, reporter });
  }
  if (found.kind === 'movielens' && data.split.name === 'per-user-time')
    reporter.info(`positives: ratings of 4 and 5\n${WHY_PER_USER_TIME}`);
  return api.buildGraph(found.path, { data, graphsDir, reporter });
}

function dataLayer({ kind }: FoundData) {
  return kind === 'movielens' ? { data: { minRating: 4, split: { name: 'per-user-time' } } } : {};
}

interface Made {
  readonly graph: string;
  /** The last one. */
  readonly run: string;
  readonly user?: string;
}

function nextSteps(found: FoundData, { graph, run, user = 'SOME-USER-ID' }: Made): string {
  if (found.kind === 'given') {
    return [
      `Next, with the model that was trained on ${found.path}:`,
      `  npx twinlight evaluate ${quoted(run)}`,
      `  npx twinlight recommend ${quoted(run)} --user ${quoted(user)}`,
      `  npx twinlight train ${quoted(graph)} --run checkpoints/mine --set losses.main.temperature=0.2`,
    ].join('\n');
  }
  return [
    'Next, on your own data (a CSV with columns user, item and, if you have it, timestamp):',
    '  npx twinlight train my-logs.csv --run checkpoints/mine',
    '  npx twinlight export checkpoints/mine',
    '  npx twinlight recommend checkpoints/mine --user SOME-USER-ID',
  ].join('\n');
}

/** As a shell takes it for one word. */
const quoted = (word: string): string => (/^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
