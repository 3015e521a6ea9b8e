/** A run as people read it: what it is, how far it came, and its figures. */
import { stringify } from 'yaml';
import type { ConfigObject, Metrics, RunManifest, TrainReport } from '../index.js';
import { type Cell, keyValues, table } from './table.js';
import { taskTable } from './task-table.js';

interface RunDescription {
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly config: ConfigObject;
  /** Absent while the run is unfinished. */
  readonly report?: TrainReport;
}

export function runText({ folder, manifest, config, report }: RunDescription): string {
  const { graphId, preset, backend, seed, epochs, steps, bestEpoch, monitor, bestValue, finished, versions } = manifest;
  const facts: [string, Cell][] = [
    ['run', folder],
    ['preset', preset],
    ['graph', graphId],
    ['state', finished ? 'finished' : 'unfinished; continue with train --resume'],
    ['trained', epochs > 0 ? `${epochs} epochs, ${steps.toLocaleString('en-US')} steps` : undefined],
    [
      'selected',
      bestEpoch > 0 ? `epoch ${bestEpoch}, ${monitor} ${bestValue?.toFixed(4) ?? '–'} on validation` : undefined,
    ],
    ['backend', backend],
    ['seed', String(seed)],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
  const layers = report?.layerWeights ? [layerWeightsText(report.layerWeights)] : [];
  const figures = report ? ['', metricsTable(report), ...tasksTable(report)] : [];
  return [
    keyValues(facts),
    ...layers,
    ...figures,
    '',
    'configuration',
    stringify(config).trimEnd().replace(/^/gm, '  '),
  ].join('\n');
}

/** The main validation and test figures, the latter with their interval over users; `evaluate` shows them all. */
export function metricsTable({ valid, test, testIntervals, evaluatedUsers }: TrainReport): string {
  const keys = shownKeys([...Object.keys(valid), ...Object.keys(test)]);
  if (keys.length === 0) return 'no figures: the graph has no held-out pairs to rank (data.split)';
  const rows = keys.map((key) => [key, show(valid[key]), show(test[key]), intervalText(testIntervals[key])]);
  const columns = [
    'metric',
    `valid (${evaluatedUsers.valid} users)`,
    `test (${evaluatedUsers.test} users)`,
    '95 % interval',
  ];
  return table(columns, rows);
}

/** Test figures of what was selected, and of its refit with their interval over users. */
export function refitTable({ test, refit }: { readonly test: Metrics; readonly refit: TrainReport }): string {
  const rows = shownKeys(Object.keys(refit.test)).map((key) => [
    key,
    show(test[key]),
    show(refit.test[key]),
    intervalText(refit.testIntervals[key]),
  ]);
  const columns = ['metric', 'test, selected', 'test, refitted', '95 % interval'];
  return rows.length > 0 ? table(columns, rows) : 'no figures: the graph has no test pairs to rank (data.split)';
}

/** The main ones among some metrics, in the order of the tables. */
function shownKeys(known: readonly string[]): string[] {
  const distinct = [...new Set(known)];
  return ['recall', 'ndcg', 'hitRate', 'coverage'].flatMap((name) =>
    distinct.filter((key) => key.split('@')[0] === name),
  );
}

const show = (value: number | undefined): string => (typeof value === 'number' ? value.toFixed(4) : '–');

const intervalText = (interval: readonly [number, number] | undefined): string =>
  interval ? `[${show(interval[0])}, ${show(interval[1])}]` : '';

/** The test figures of each task, where there are several. */
export function tasksTable({ tasks, test }: TrainReport): string[] {
  const rows = Object.entries(tasks?.test ?? {}).map(([task, figures]) => ({ task, ...figures }));
  const topK = Object.keys(test).flatMap((key) => (key.startsWith('recall@') ? [Number(key.split('@')[1])] : []));
  return taskTable(rows, topK);
}

/** Learned weights of the layers, layer 0 first. */
export function layerWeightsText(weights: readonly number[]): string {
  return `layer weights ${weights.map((weight) => weight.toFixed(3)).join(', ')} (learned; layer 0 first)`;
}

/** Which negatives teach: one line a source. */
export function negativesTable(negatives: NonNullable<TrainReport['negatives']>): string {
  const rows = Object.entries(negatives).map(([name, { share, meanScore, falseNegatives, gradientNorm }]) => [
    name,
    `${(100 * share).toFixed(2)} %`,
    meanScore.toFixed(4),
    `${(100 * falseNegatives).toFixed(2)} %`,
    gradientNorm.toPrecision(3),
  ]);
  return table(['negatives', 'share', 'mean score', 'of them in train', 'gradient norm'], rows);
}
