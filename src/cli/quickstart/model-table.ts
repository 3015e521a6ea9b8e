/** What the models of the main job are worth, side by side. */
import type { MetricComparison, TrainReport } from '../../index.js';
import { table } from '../table.js';

/** One row a model, the last one chosen by trying: recall@20 as chosen, and of the refit with its 95 % interval over users, ndcg@20, coverage. */
export function modelTable(reports: readonly TrainReport[]): string {
  const rows = reports.map(({ refit, ...chosen }, row) => {
    const { test, testIntervals } = refit ?? chosen;
    const { preset, epochs, bestEpoch, steps, stepMs } = chosen;
    const [low, high] = testIntervals['recall@20'] ?? [Number.NaN, Number.NaN];
    return [
      row === reports.length - 1 ? 'auto' : preset,
      chosen.test['recall@20'],
      test['recall@20'],
      `[${low.toFixed(4)}, ${high.toFixed(4)}]`,
      test['ndcg@20'],
      `${(100 * test['coverage@20']).toFixed(0)} %`,
      preset === 'fused'
        ? 'fused'
        : steps === 0
          ? 'no training'
          : `epoch ${bestEpoch} of ${epochs}, ${((steps * stepMs) / 1000).toFixed(0)} s`,
    ];
  });
  const columns = [
    'model',
    'recall@20 chosen',
    'refitted',
    '95 % interval',
    'ndcg@20',
    'coverage@20',
    { title: 'trained', align: 'left' } as const,
  ];
  return table(columns, rows);
}

interface Difference {
  readonly preset: string;
  /** Of that preset (a) and auto (b). */
  readonly recall: MetricComparison;
}

/** Whether auto differs from each of the others, judged user by user. */
export function differencesText(differences: readonly Difference[]): string {
  const lines = differences.map(({ preset, recall: { meanDifference, low, high, better } }) => {
    const sign = meanDifference >= 0 ? '+' : '';
    const verdict = { a: 'worse', b: 'better', undecided: 'no clear difference' }[better];
    return `  auto − ${preset.padEnd(10)}  ${sign}${meanDifference.toFixed(4)}  [${low.toFixed(4)}, ${high.toFixed(4)}]  ${verdict}`;
  });
  return ['Difference in recall@20 over the same users, with its 95 % interval:', ...lines].join('\n');
}
